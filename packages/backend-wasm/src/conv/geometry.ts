/** Sizes along x, y, z. */
export type Size3 = readonly [number, number, number]

/** A 3-D convolution from `input` (n, x, y, z, inputChannels) to `output` (n, x, y, z, outputChannels), filter [kx, ky, kz, inputChannels, outputChannels]. */
export interface ConvGeometry {
  readonly batch: number
  readonly input: Size3
  readonly output: Size3
  readonly inputChannels: number
  readonly outputChannels: number
  readonly kernel: Size3
  /** The same on all axes. */
  readonly stride: number
  /** Zeros on both sides of every axis. */
  readonly padding: number
}

export interface ConvShapes {
  /** [batch, x, y, z, inputChannels] */
  readonly inputShape: readonly number[]
  /** [kx, ky, kz, inputChannels, outputChannels] */
  readonly filterShape: readonly number[]
  readonly stride: number
  readonly padding: number
}

/** Geometry of a convolution from the shapes of its input and filter, which the caller has checked against each other. */
export function convGeometry({ inputShape, filterShape, stride, padding }: ConvShapes): ConvGeometry {
  const [batch, x, y, z, inputChannels] = inputShape as [number, number, number, number, number]
  const [kx, ky, kz, , outputChannels] = filterShape as [number, number, number, number, number]
  const out = (size: number, kernel: number): number => Math.floor((size + 2 * padding - kernel) / stride) + 1
  return {
    batch,
    input: [x, y, z],
    output: [out(x, kx), out(y, ky), out(z, kz)],
    inputChannels,
    outputChannels,
    kernel: [kx, ky, kz],
    stride,
    padding,
  }
}

/**
 * Geometry of the convolution whose input gradient is a transposed convolution of `inputShape` [batch, x, y, z, cin] with a filter [kx, ky, kz, cout, cin].
 * Its `input` is the transposed convolution's output (sizes (n - 1) * stride - 2 * padding + k), so
 * forward = `planGradInput`, gradient of the input = `planForward`, gradient of the filter = `planGradFilter` with x = dy and dy = x.
 */
export function transposedGeometry({ inputShape, filterShape, stride, padding }: ConvShapes): ConvGeometry {
  const [batch, x, y, z] = inputShape as [number, number, number, number]
  const [kx, ky, kz, cout, cin] = filterShape as [number, number, number, number, number]
  const out = (size: number, kernel: number): number => (size - 1) * stride - 2 * padding + kernel
  return {
    batch,
    input: [out(x, kx), out(y, ky), out(z, kz)],
    output: [x, y, z],
    inputChannels: cout,
    outputChannels: cin,
    kernel: [kx, ky, kz],
    stride,
    padding,
  }
}

export const voxels = ([x, y, z]: Size3): number => x * y * z
