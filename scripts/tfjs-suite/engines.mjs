// What `bundle.mjs` bundles: the engines' sources and the specs, on one tfjs-core.
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops'
import * as tf from '@tensorflow/tfjs-core'
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util'
import { torchEngine } from '../../packages/backend-torch/src/index.ts'
import { wasmEngine } from '../../packages/backend-wasm/src/index.ts'

/**
 * Opens an engine; tfjs-backend-cpu, which all of them have behind them, is the control.
 *
 * @param device `cpu` or `cuda`, for torch
 * @returns what the engine says of itself
 */
export async function openEngine(name, device = 'cpu') {
  if (name === 'wasm') return (await wasmEngine.open()).device
  if (name === 'torch') {
    const opened = await torchEngine.open({ device })
    return `${opened.version}, ${opened.device}`
  }
  await tf.setBackend('cpu')
  return 'tfjs-backend-cpu'
}

/** Gives every op a gradient: that of `@dualseg/kernels` where it has one, else that of tfjs-core. */
export async function registerGradients() {
  // tfjs-core exports the name of every kernel.
  const ours = Object.values(tf).flatMap((name) => (typeof name === 'string' && tf.getGradient(name)) || [])
  await import('@tensorflow/tfjs-core/dist/register_all_gradients')
  for (const gradient of ours) {
    tf.unregisterGradient(gradient.kernelName)
    tf.registerGradient(gradient)
  }
}

/** Declares the specs for the open backend. @returns the backend's name, which stands in theirs */
export async function declareSpecs() {
  const backendName = tf.getBackend()
  setTestEnvs([{ name: backendName, backendName, isDataSync: true }])
  await import('@tensorflow/tfjs-core/dist/tests')
  return backendName
}
