import { dualsegError, type EngineOptions, type EngineReport } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { absent, type EngineEntry, loadPackage } from './engine-entry'

const PACKAGE = '@tensorflow/tfjs-backend-cpu'
const load = () => import('@tensorflow/tfjs-backend-cpu')

function report(version: string): EngineReport {
  const notes = ['plain JavaScript: exact, and some hundred times slower than wasm']
  return { available: true, name: 'cpu', version, device: 'cpu, 1 thread', threads: 1, notes }
}

/** TensorFlow.js's own backend in plain JavaScript. */
export const cpu: EngineEntry<EngineOptions> = {
  async probe() {
    const module = await load().catch(() => undefined)
    return module ? report(module.version_cpu) : absent('cpu', PACKAGE)
  },

  async open() {
    const { version_cpu: version } = await loadPackage('cpu', PACKAGE, load)
    if (!(await tf.setBackend('cpu'))) {
      throw dualsegError('DUALSEG_ENGINE_MISSING', 'The cpu backend of TensorFlow.js did not start')
    }
    // Else its first tensor prints an advertisement for another backend.
    ;(tf.backend() as unknown as { firstUse: boolean }).firstUse = false
    const revision = Number(version.split('.')[0])
    return { ...report(version), identity: { name: 'cpu', device: 'cpu', precision: 'float32', numerics: 'strict', revision } }
  },

  optionsOf: () => ({}),
}
