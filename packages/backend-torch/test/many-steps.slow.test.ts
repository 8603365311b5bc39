import * as tf from '@tensorflow/tfjs-core'
import { manySteps } from '../../kernels/test/many-steps'
import { type TorchBackend, torchEngine } from '../src/index'
import { whereTorch } from './where-torch'

whereTorch('PyTorch', () => {
  manySteps(
    () => torchEngine.open({ device: 'cpu', threads: 2 }),
    () => (tf.backend() as TorchBackend).numDataIds(),
  )
})
