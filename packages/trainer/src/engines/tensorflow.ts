import { absent, type EngineEntry, loadPackage } from './engine-entry'

const PACKAGE = '@dualseg/backend-tensorflow'
const load = () => import('@dualseg/backend-tensorflow')

export type TensorflowOptions = NonNullable<Parameters<Awaited<ReturnType<typeof load>>['tensorflowEngine']['open']>[0]>

/** The TensorFlow that pip installed, or the one of tfjs-node's addon. */
export const tensorflow: EngineEntry<TensorflowOptions> = {
  async probe() {
    const module = await load().catch(() => undefined)
    return module ? module.tensorflowEngine.probe() : absent('tensorflow', PACKAGE)
  },

  async open(options) {
    const { tensorflowEngine, NUMERICS_REVISION } = await loadPackage('tensorflow', PACKAGE, load)
    const report = await tensorflowEngine.open(options)
    return {
      ...report,
      identity: {
        name: 'tensorflow',
        device: report.gpu ? 'cuda' : 'cpu',
        precision: 'float32',
        numerics: 'strict',
        revision: NUMERICS_REVISION,
        library: report.version,
        threads: report.threads,
      },
    }
  },

  optionsOf: ({ threads, device }) => ({ threads, device: device === 'cpu' ? 'cpu' : 'auto' }),
}
