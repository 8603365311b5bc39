import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Missing } from './find-tensorflow'

const require = createRequire(import.meta.url)

/** An installed package with tfjs-node's kernels. */
export interface FoundKernels {
  readonly name: string
  readonly version: string
  readonly folder: string
  /** True: its own addon is built, with a TensorFlow of its own. */
  readonly hasAddon: boolean
}

const NAMES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']
const ADDON = join('lib', 'napi-v8', 'tfjs_binding.node')

/** Looks for tfjs-node-gpu and tfjs-node; one with a built addon first. */
export function findKernels(): FoundKernels | Missing {
  const installed = NAMES.flatMap((name): FoundKernels[] => {
    try {
      const manifest = require.resolve(`${name}/package.json`)
      const folder = dirname(manifest)
      return [{ name, version: require(manifest).version, folder, hasAddon: existsSync(join(folder, ADDON)) }]
    } catch {
      return []
    }
  })
  return (
    installed.find(({ hasAddon }) => hasAddon) ??
    installed[0] ?? {
      what: '@tensorflow/tfjs-node-gpu is not installed',
      howToGet: '`npm install --ignore-scripts @tensorflow/tfjs-node-gpu@4.22.0` (its kernels are used, its download is not)',
    }
  )
}
