import { type ConvGeometry, voxels } from '../src/conv/geometry'

/** Calls `visit` with the flat voxel indices of input and output and the tap, for every pair that a convolution multiplies. */
function pairs(
  { batch, input, output, kernel, stride, padding }: ConvGeometry,
  visit: (inside: number, outside: number, tap: number) => void,
): void {
  for (let n = 0; n < batch; n++)
    for (let ox = 0; ox < output[0]; ox++)
      for (let oy = 0; oy < output[1]; oy++)
        for (let oz = 0; oz < output[2]; oz++)
          for (let kx = 0; kx < kernel[0]; kx++) {
            const ix = ox * stride - padding + kx
            if (ix < 0 || ix >= input[0]) continue
            for (let ky = 0; ky < kernel[1]; ky++) {
              const iy = oy * stride - padding + ky
              if (iy < 0 || iy >= input[1]) continue
              for (let kz = 0; kz < kernel[2]; kz++) {
                const iz = oz * stride - padding + kz
                if (iz < 0 || iz >= input[2]) continue
                visit(
                  ((n * input[0] + ix) * input[1] + iy) * input[2] + iz,
                  ((n * output[0] + ox) * output[1] + oy) * output[2] + oz,
                  (kx * kernel[1] + ky) * kernel[2] + kz,
                )
              }
            }
          }
}

/** Plain loops in float64. */
export function referenceForward(g: ConvGeometry, x: ArrayLike<number>, filter: ArrayLike<number>): Float64Array {
  const { inputChannels: ci, outputChannels: co } = g
  const y = new Float64Array(g.batch * voxels(g.output) * co)
  pairs(g, (inside, outside, tap) => {
    for (let i = 0; i < ci; i++)
      for (let o = 0; o < co; o++) y[outside * co + o]! += x[inside * ci + i]! * filter[(tap * ci + i) * co + o]!
  })
  return y
}

export function referenceGradInput(g: ConvGeometry, dy: ArrayLike<number>, filter: ArrayLike<number>): Float64Array {
  const { inputChannels: ci, outputChannels: co } = g
  const dx = new Float64Array(g.batch * voxels(g.input) * ci)
  pairs(g, (inside, outside, tap) => {
    for (let i = 0; i < ci; i++)
      for (let o = 0; o < co; o++) dx[inside * ci + i]! += dy[outside * co + o]! * filter[(tap * ci + i) * co + o]!
  })
  return dx
}

export function referenceGradFilter(g: ConvGeometry, x: ArrayLike<number>, dy: ArrayLike<number>): Float64Array {
  const { inputChannels: ci, outputChannels: co } = g
  const dw = new Float64Array(g.kernel[0] * g.kernel[1] * g.kernel[2] * ci * co)
  pairs(g, (inside, outside, tap) => {
    for (let i = 0; i < ci; i++)
      for (let o = 0; o < co; o++) dw[(tap * ci + i) * co + o]! += x[inside * ci + i]! * dy[outside * co + o]!
  })
  return dw
}

/** Values [..., channels] plus a bias per channel. */
export function withBias(values: Float64Array, bias?: ArrayLike<number>): Float64Array {
  return bias ? values.map((value, i) => value + bias[i % bias.length]!) : values
}

/** Mean and biased variance per channel. */
export function referenceStatistics(values: ArrayLike<number>, channels: number): { mean: Float64Array; variance: Float64Array } {
  const count = values.length / channels
  const mean = new Float64Array(channels)
  const variance = new Float64Array(channels)
  for (let i = 0; i < values.length; i++) mean[i % channels]! += values[i]! / count
  for (let i = 0; i < values.length; i++) variance[i % channels]! += (values[i]! - mean[i % channels]!) ** 2 / count
  return { mean, variance }
}
