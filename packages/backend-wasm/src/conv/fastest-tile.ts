import type { WinogradShape, WinogradTile } from './winograd-plan'

/** Which of a convolution's computations; `inference` is a forward pass that no gradient will follow. */
export type ConvPass = 'forward' | 'inference' | 'gradInput' | 'gradFilter'

/** Nanoseconds of one thread, fitted to `bench-conv` with every tile; only their proportions matter. */
const PRODUCT = 0.027
const FILTER_ELEMENT = 0.3
/** To bring one channel of one point there or back: long transforms hold more than there are registers. */
const POINT: Record<WinogradTile, number> = { '222': 0.21, '444': 0.4 }

/**
 * What may be chosen. A forward pass that gradients follow keeps the small tile: one that is less accurate moves some voxels to the other side of a ReLU, and the
 * gradients behind such a voxel are off by far more than the rounding was.
 */
const TILES: Record<ConvPass, readonly WinogradTile[]> = {
  forward: ['222'],
  inference: ['222', '444'],
  gradInput: ['222', '444'],
  gradFilter: ['222', '444'],
}

/**
 * The tile with which a k3 s1 p1 convolution takes least time, from its shape alone: the large tile needs fewer products but more transformed filters,
 * and where it does not divide an axis it computes what nobody needs. Among equals the more accurate.
 */
export function fastestTile(shape: Omit<WinogradShape, 'tile'>, pass: ConvPass): WinogradTile {
  return TILES[pass].reduce((best, tile) => (cost(shape, tile) < cost(shape, best) ? tile : best))
}

function cost({ batch, size, inputChannels: k, outputChannels: n }: Omit<WinogradShape, 'tile'>, tile: WinogradTile): number {
  const edges = [...tile].map(Number)
  const tiles = size.reduce((product, length, axis) => product * Math.ceil(length / edges[axis]!), batch)
  const points = edges.reduce((product, edge) => product * (edge + 2), 1)
  return tiles * points * (PRODUCT * k * n + POINT[tile] * (k + n)) + FILTER_ELEMENT * points * k * n
}
