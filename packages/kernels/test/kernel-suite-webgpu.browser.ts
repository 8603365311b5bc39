import '@tensorflow/tfjs-backend-webgpu'
import * as tf from '@tensorflow/tfjs-core'
import { kernelSuite } from '../src/testing'

// Small tensors would be computed on the CPU, and what WebGPU does wrong would not be seen.
tf.env().set('WEBGPU_CPU_FORWARD', false)

kernelSuite({ name: 'tfjs-webgpu (composites)', open: () => open('webgpu') })

async function open(name: string): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`${name} did not start in this browser`)
}
