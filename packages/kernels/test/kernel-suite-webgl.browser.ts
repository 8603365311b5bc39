import '@tensorflow/tfjs-backend-webgl'
import * as tf from '@tensorflow/tfjs-core'
import { kernelSuite } from '../src/testing'

// Small tensors would be computed on the CPU.
tf.env().set('WEBGL_CPU_FORWARD', false)

kernelSuite({ name: 'tfjs-webgl (composites)', open: () => open('webgl') })

async function open(name: string): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`${name} did not start in this browser`)
}
