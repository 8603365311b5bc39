import type { Numerics } from '@dualseg/kernels'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import {
  type ConvGeometry,
  type ConvPlanOptions,
  convGeometry,
  type OutputPlanOptions,
  planForward,
  planGradFilter,
  planGradInput,
  planInference,
  transposedGeometry,
} from '../conv'
import type { Plan } from '../launch'
import type { WasmBackend } from '../wasm-backend'
import { normalise } from './batch-norm'
import { attrsOf, type KernelCall, type KernelTable, type WasmKernel } from './kernel'

interface ConvAttrs {
  readonly stride: number
  readonly padding: number
}

/** `222` sums as accurately as the direct algorithm; larger tiles lose a digit. */
const TILES: Record<Numerics, ConvPlanOptions['tile'] & string> = { strict: '222', fast: 'fastest' }

type Kind = 'forward' | 'inference' | 'gradInput' | 'gradFilter'

/** Plans depend on shapes alone; a network has a few dozen of them. */
const plans = new Map<string, { geometry: ConvGeometry; plan: unknown }>()

function planned<Pointers>(
  backend: WasmBackend,
  kind: Kind,
  isTransposed: boolean,
  inputShape: readonly number[],
  filterShape: readonly number[],
  { stride, padding }: ConvAttrs,
  make: (geometry: ConvGeometry, options: OutputPlanOptions) => Plan<Pointers>,
  statistics = false,
): { geometry: ConvGeometry; plan: Plan<Pointers> } {
  const tile = TILES[backend.numerics]
  const key = `${kind} ${isTransposed} ${inputShape} ${filterShape} ${stride} ${padding} ${statistics} ${tile}`
  const kept = plans.get(key)
  // The key begins with the kind, and a kind has one sort of plan.
  if (kept) return { geometry: kept.geometry, plan: kept.plan as Plan<Pointers> }
  const geometry = (isTransposed ? transposedGeometry : convGeometry)({ inputShape, filterShape, stride, padding })
  const made = { geometry, plan: make(geometry, { tile, statistics }) }
  plans.set(key, made)
  return made
}

/** Runs a plan with a workspace that lives as long as the launch. */
function launch<Pointers>(backend: WasmBackend, plan: Plan<Pointers>, pointers: Pointers): void {
  const { heap, pool } = backend.runtime
  const workspace = heap.allocate(plan.workspaceBytes, 'a convolution')
  try {
    pool.launch(plan.launch({ ...pointers, workspace }))
  } finally {
    heap.release(workspace)
  }
}

interface Statistics {
  readonly mean: number
  readonly variance: number
}

type ForwardPlanner = [kind: Kind, make: typeof planForward]

/** Convolution, plain or transposed, with an optional bias; also its output's statistics if asked for. */
function convolve(
  call: KernelCall,
  isTransposed: boolean,
  { statistics, forward = ['forward', planForward] }: { statistics?: Statistics; forward?: ForwardPlanner } = {},
): TensorInfo {
  const { inputs, backend } = call
  const { x, filter, bias } = inputs as { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo }
  const attrs = attrsOf<ConvAttrs>(call)
  const common = { filter: backend.address(filter), bias: bias ? backend.address(bias) : 0, ...statistics }
  const wantsStatistics = statistics !== undefined
  if (isTransposed) {
    const { geometry, plan } = planned(backend, 'gradInput', true, x.shape, filter.shape, attrs, planGradInput, wantsStatistics)
    const y = backend.allocate([geometry.batch, ...geometry.input, geometry.inputChannels])
    launch(backend, plan, { ...common, dy: backend.address(x), dx: backend.address(y) })
    return y
  }
  const [kind, make] = forward
  const { geometry, plan } = planned(backend, kind, false, x.shape, filter.shape, attrs, make, wantsStatistics)
  const y = backend.allocate([geometry.batch, ...geometry.output, geometry.outputChannels])
  launch(backend, plan, { ...common, x: backend.address(x), y: backend.address(y) })
  return y
}

function forward(isTransposed: boolean): WasmKernel {
  return (call) => convolve(call, isTransposed)
}

function gradInput(isTransposed: boolean): WasmKernel {
  return (call) => {
    const { inputs, backend } = call
    const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo }
    const { inputShape, ...convAttrs } = attrsOf<ConvAttrs & { inputShape: number[] }>(call)
    const dx = backend.allocate(inputShape)
    const [from, weights, to] = [backend.address(dy), backend.address(filter), backend.address(dx)]
    if (isTransposed) {
      const { plan } = planned(backend, 'forward', true, inputShape, filter.shape, convAttrs, planForward)
      launch(backend, plan, { x: from, filter: weights, bias: 0, y: to })
    } else {
      const { plan } = planned(backend, 'gradInput', false, inputShape, filter.shape, convAttrs, planGradInput)
      launch(backend, plan, { dy: from, filter: weights, bias: 0, dx: to })
    }
    return dx
  }
}

function gradFilter(isTransposed: boolean): WasmKernel {
  return (call) => {
    const { inputs, backend } = call
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo }
    const { filterShape, ...convAttrs } = attrsOf<ConvAttrs & { filterShape: number[] }>(call)
    const dfilter = backend.allocate(filterShape)
    const { plan } = planned(backend, 'gradFilter', isTransposed, x.shape, filterShape, convAttrs, planGradFilter)
    const [a, b] = isTransposed ? [dy, x] : [x, dy]
    launch(backend, plan, { x: backend.address(a), dy: backend.address(b), filter: backend.address(dfilter) })
    return dfilter
  }
}

interface NormAttrs extends ConvAttrs {
  readonly transposed: boolean
  readonly epsilon: number
  readonly relu: boolean
}

/** Address of the residual of a call, 0 if it has none. */
function residualOf({ inputs, backend }: KernelCall): number {
  return inputs.residual ? backend.address(inputs.residual) : 0
}

const convBatchNorm: WasmKernel = (call) => {
  const { inputs, backend } = call
  const { gamma, beta } = inputs as { gamma: TensorInfo; beta: TensorInfo }
  const normAttrs = attrsOf<NormAttrs>(call)
  const mean = backend.allocate(gamma.shape)
  const variance = backend.allocate(gamma.shape)
  const statistics = { mean: backend.address(mean), variance: backend.address(variance) }
  const z = convolve(call, normAttrs.transposed, { statistics })
  const y = backend.allocate(z.shape)
  const vectors = { ...statistics, gamma: backend.address(gamma), beta: backend.address(beta) }
  normalise(backend, z.shape, { x: backend.address(z), y: backend.address(y), residual: residualOf(call) }, vectors, normAttrs)
  return [y, z, mean, variance]
}

const convBatchNormInference: WasmKernel = (call) => {
  const { inputs, backend } = call
  const { gamma, beta, mean, variance } = inputs as Record<'gamma' | 'beta' | 'mean' | 'variance', TensorInfo>
  const normAttrs = attrsOf<NormAttrs>(call)
  const y = convolve(call, normAttrs.transposed, { forward: ['inference', planInference] })
  const at = backend.address(y)
  const vectors = {
    gamma: backend.address(gamma),
    beta: backend.address(beta),
    mean: backend.address(mean),
    variance: backend.address(variance),
  }
  normalise(backend, y.shape, { x: at, y: at, residual: residualOf(call) }, vectors, normAttrs)
  return y
}

export const CONVOLUTION_KERNELS: KernelTable = {
  DualSegConv3d: forward(false),
  DualSegConv3dGradInput: gradInput(false),
  DualSegConv3dGradFilter: gradFilter(false),
  DualSegConvTranspose3d: forward(true),
  DualSegConvTranspose3dGradInput: gradInput(true),
  DualSegConvTranspose3dGradFilter: gradFilter(true),
  DualSegConvBatchNorm: convBatchNorm,
  DualSegConvBatchNormInference: convBatchNormInference,
}
