import type { Plan } from '../launch'
import { planDirectForward, planDirectGradFilter, planDirectGradInput } from './direct-plan'
import { type ConvPass, fastestTile } from './fastest-tile'
import type { ConvGeometry } from './geometry'
import { planWinogradForward, planWinogradGradFilter, type WinogradShape, type WinogradTile } from './winograd-plan'

export interface ConvPlanOptions {
  /** Output tile of k3 s1 p1 convolutions; `fastest` decides by the shape. @default '222' */
  readonly tile?: WinogradTile | 'fastest'
}

export interface OutputPlanOptions extends ConvPlanOptions {
  /** Also writes mean and biased variance of every output channel, float32. */
  readonly statistics?: boolean
}

interface OutputPointers {
  readonly filter: number
  /** float32[channels of the result], or 0 for none. */
  readonly bias: number
  /** float32[channels of the result]; only written when the plan gathers statistics. */
  readonly mean?: number
  readonly variance?: number
}

/** y = x * filter + bias. Without a tile that fits, by rows. */
export function planForward(
  g: ConvGeometry,
  { tile = '222', statistics = false }: OutputPlanOptions = {},
): Plan<OutputPointers & { x: number; y: number }> {
  if (suitsWinograd(g)) return planWinogradForward(winogradShape(g, tile, 'forward'), { flipped: false, statistics })
  const plan = planDirectForward(g, { statistics })
  return { ...plan, launch: ({ x, y, ...others }) => plan.launch({ ...others, source: x, result: y }) }
}

/** As `planForward`, where no gradient will follow: under `fastest` the large tile as well. */
export function planInference(g: ConvGeometry, { tile = '222' }: OutputPlanOptions = {}): ReturnType<typeof planForward> {
  return suitsWinograd(g)
    ? planWinogradForward(winogradShape(g, tile, 'inference'), { flipped: false, statistics: false })
    : planForward(g)
}

/** dx from dy, or with the geometry of `transposedGeometry` a transposed convolution, for which there are bias and statistics. */
export function planGradInput(
  g: ConvGeometry,
  { tile = '222', statistics = false }: OutputPlanOptions = {},
): Plan<OutputPointers & { dy: number; dx: number }> {
  if (suitsWinograd(g)) {
    const shape = { ...winogradShape(g, tile, 'gradInput'), inputChannels: g.outputChannels, outputChannels: g.inputChannels }
    const plan = planWinogradForward(shape, { flipped: true, statistics })
    return { ...plan, launch: ({ dy, dx, ...others }) => plan.launch({ ...others, x: dy, y: dx }) }
  }
  const plan = planDirectGradInput(g, { statistics })
  return { ...plan, launch: ({ dy, dx, ...others }) => plan.launch({ ...others, source: dy, result: dx }) }
}

/** The filter's gradient from x and dy. */
export function planGradFilter(
  g: ConvGeometry,
  { tile = '222' }: ConvPlanOptions = {},
): Plan<{ x: number; dy: number; filter: number }> {
  return suitsWinograd(g) ? planWinogradGradFilter(winogradShape(g, tile, 'gradFilter')) : planDirectGradFilter(g)
}

function suitsWinograd({ kernel, stride, padding, inputChannels, outputChannels }: ConvGeometry): boolean {
  return (
    kernel.every((size) => size === 3) && stride === 1 && padding === 1 && inputChannels % 4 === 0 && outputChannels % 4 === 0
  )
}

function winogradShape(
  { batch, input, inputChannels, outputChannels }: ConvGeometry,
  tile: WinogradTile | 'fastest',
  pass: ConvPass,
): WinogradShape {
  const shape = { batch, size: input, inputChannels, outputChannels }
  return { ...shape, tile: tile === 'fastest' ? fastestTile(shape, pass) : tile }
}
