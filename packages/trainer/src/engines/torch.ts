import { absent, type EngineEntry, loadPackage } from './engine-entry'

const PACKAGE = '@dualseg/backend-torch'
const load = () => import('@dualseg/backend-torch')

export type TorchOptions = NonNullable<Parameters<Awaited<ReturnType<typeof load>>['torchEngine']['open']>[0]>

/** The PyTorch that pip installed, on CPU and CUDA. */
export const torch: EngineEntry<TorchOptions> = {
  async probe() {
    const module = await load().catch(() => undefined)
    return module ? module.torchEngine.probe() : absent('torch', PACKAGE)
  },

  async open(options) {
    const { torchEngine, NUMERICS_REVISION } = await loadPackage('torch', PACKAGE, load)
    const report = await torchEngine.open(options)
    const { device, gpu, version, precision = 'float32', numerics = 'strict', threads } = report
    const identity = {
      name: 'torch',
      // The card: another one may add in another order. A processor has no name here: its threads and PyTorch's version tell.
      device: gpu ? device : 'cpu',
      precision,
      numerics,
      revision: NUMERICS_REVISION,
      library: version,
      ...(!gpu && threads !== undefined && { threads }),
    }
    return { ...report, identity }
  },

  optionsOf: ({ device, precision, numerics, threads }) => ({
    device: device === 'cpu' ? 'cpu' : 'cuda',
    precision: precision.startsWith('bfloat16') ? 'bfloat16' : 'float32',
    tf32: precision.endsWith('(TF32)'),
    cudnn: numerics === 'fastest' ? 'fastest' : 'deterministic',
    ...(threads !== undefined && { threads }),
  }),
}
