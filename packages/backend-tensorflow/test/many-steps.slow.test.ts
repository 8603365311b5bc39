import * as tf from '@tensorflow/tfjs-core'
import { manySteps } from '../../kernels/test/many-steps'
import { tensorflowEngine } from '../src'
import type { NodeBackend } from '../src/tfjs-node'
import { whereTensorflow } from './where-tensorflow'

whereTensorflow('TensorFlow', () => {
  manySteps(
    () => tensorflowEngine.open({ threads: 2 }),
    () => (tf.backend() as NodeBackend).binding.getNumOfTensors(),
  )
})
