import * as tf from '@tensorflow/tfjs-core'
import { ARRANGEMENT } from './arrangement'
import { ELEMENTWISE } from './elementwise'
import { REDUCTIONS } from './reductions'

/**
 * Registers gradients for the ops of tfjs-core that losses, networks and training go through. tfjs-core registers none in Node; where
 * something else has (the union package `@tensorflow/tfjs`, say), that one stays.
 *
 * Importing this package calls it. Calling it again changes nothing.
 */
export function registerCoreGradients(): void {
  for (const config of [...ELEMENTWISE, ...REDUCTIONS, ...ARRANGEMENT]) {
    if (!tf.getGradient(config.kernelName)) tf.registerGradient(config)
  }
}
