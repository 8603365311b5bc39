// Runs where this folder has a tfjs-core of its own and the packages above use another. Whichever comes first, one error says so.
import { crossEntropy } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'

try {
  crossEntropy(tf.zeros([1, 1, 1, 1, 2]), tf.zeros([1, 1, 1, 1]))
} catch (error) {
  console.log(error.code)
  console.log(error.message.split(';')[0])
}

// Prints:
// DUALSEG_TWO_CORES
// crossEntropy: there are two copies of @tensorflow/tfjs-core, the one that @dualseg/kernels uses (4.22.0) and another that was loaded after it
