import { createRequire } from 'node:module'
import * as tf from '@tensorflow/tfjs-core'
import type { FoundKernels } from './find-kernels'
import type { Binding, NodeBackend } from './tfjs-node'

const require = createRequire(import.meta.url)

/** The backend's name in TensorFlow.js: the one that the kernels of tfjs-node are registered under. */
export const BACKEND_NAME = 'tensorflow'

/** The package with its compiled addon, as its own users load it. */
export function loadAddon({ name }: FoundKernels): void {
  keepGradients(() => require(name))
}

/** The package's kernels, without its addon, on another binding. */
export function loadKernels({ name }: FoundKernels, binding: Binding): void {
  keepGradients(() => {
    require(`${name}/dist/register_all_kernels`)
    const { NodeJSKernelBackend } = require(`${name}/dist/nodejs_kernel_backend`) as {
      NodeJSKernelBackend: new (binding: Binding, packageName: string) => NodeBackend
    }
    tf.registerBackend(BACKEND_NAME, () => new NodeJSKernelBackend(binding, name))
  })
}

/**
 * tfjs-node brings the union package along, which registers a gradient for every op. Those that were there stay: else the bits of another
 * engine, opened later in the same process, would depend on whether this one was loaded before.
 */
function keepGradients(load: () => void): void {
  putBack(require('node:util'))
  // tfjs-core exports the name of every kernel.
  const kept = Object.values<unknown>(tf).flatMap((name) => (typeof name === 'string' && tf.getGradient(name)) || [])
  load()
  for (const gradient of kept) {
    tf.unregisterGradient(gradient.kernelName)
    tf.registerGradient(gradient)
  }
}

/** What tfjs-node 4.22 calls of `node:util`: newer Nodes warn of the one when it is called, and took the other out. */
function putBack(util: Record<string, unknown>): void {
  util.isArray = Array.isArray
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
}
