import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { kernelSuite } from '../src/testing'

kernelSuite({ name: 'tfjs-cpu (composites)', open: () => tf.setBackend('cpu') })
