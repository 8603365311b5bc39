import { type ConvolutionAttrs, convolvedSize, transposedSize } from '../convolution'
import { type Grid, zeroGrid } from './grid'

/** Calls with the offsets of input voxel, filter tap and output voxel of every product that a convolution sums. */
function forEachTap(
  xShape: readonly number[],
  filterShape: readonly number[],
  yShape: readonly number[],
  { stride, padding }: ConvolutionAttrs,
  tap: (x: number, filter: number, y: number) => void,
): void {
  const [batch, nx, ny, nz, cin] = xShape as [number, number, number, number, number]
  const [kx, ky, kz, , cout] = filterShape as [number, number, number, number, number]
  const [, mx, my, mz] = yShape as [number, number, number, number]
  for (let b = 0; b < batch; b++)
    for (let ox = 0; ox < mx; ox++)
      for (let oy = 0; oy < my; oy++)
        for (let oz = 0; oz < mz; oz++)
          for (let i = 0; i < kx; i++)
            for (let j = 0; j < ky; j++)
              for (let k = 0; k < kz; k++) {
                const x = ox * stride + i - padding
                const y = oy * stride + j - padding
                const z = oz * stride + k - padding
                if (x < 0 || y < 0 || z < 0 || x >= nx || y >= ny || z >= nz) continue
                const from = (((b * nx + x) * ny + y) * nz + z) * cin
                const to = (((b * mx + ox) * my + oy) * mz + oz) * cout
                tap(from, ((i * ky + j) * kz + k) * cin * cout, to)
              }
}

function outputShape(xShape: readonly number[], filterShape: readonly number[], attrs: ConvolutionAttrs): number[] {
  const spatial = [0, 1, 2].map((axis) => convolvedSize(xShape[axis + 1]!, filterShape[axis]!, attrs))
  return [xShape[0]!, ...spatial, filterShape[4]!]
}

/** Convolution by plain loops. */
export function referenceConvolution(x: Grid, filter: Grid, attrs: ConvolutionAttrs): Grid {
  const y = zeroGrid(outputShape(x.shape, filter.shape, attrs))
  const [cin, cout] = filter.shape.slice(3) as [number, number]
  forEachTap(x.shape, filter.shape, y.shape, attrs, (from, tap, to) => {
    for (let i = 0; i < cin; i++)
      for (let o = 0; o < cout; o++) y.data[to + o]! += x.data[from + i]! * filter.data[tap + i * cout + o]!
  })
  return y
}

/** Its gradient for the input. */
export function referenceGradInput(dy: Grid, filter: Grid, inputShape: readonly number[], attrs: ConvolutionAttrs): Grid {
  const dx = zeroGrid(inputShape)
  const [cin, cout] = filter.shape.slice(3) as [number, number]
  forEachTap(dx.shape, filter.shape, dy.shape, attrs, (from, tap, to) => {
    for (let i = 0; i < cin; i++)
      for (let o = 0; o < cout; o++) dx.data[from + i]! += dy.data[to + o]! * filter.data[tap + i * cout + o]!
  })
  return dx
}

/** Its gradient for the filter. */
export function referenceGradFilter(x: Grid, dy: Grid, filterShape: readonly number[], attrs: ConvolutionAttrs): Grid {
  const dfilter = zeroGrid(filterShape)
  const [cin, cout] = filterShape.slice(3) as [number, number]
  forEachTap(x.shape, filterShape, dy.shape, attrs, (from, tap, to) => {
    for (let i = 0; i < cin; i++)
      for (let o = 0; o < cout; o++) dfilter.data[tap + i * cout + o]! += x.data[from + i]! * dy.data[to + o]!
  })
  return dfilter
}

/** Transposed convolution; filter [kx,ky,kz,cout,cin]. */
export function referenceTransposed(x: Grid, filter: Grid, attrs: ConvolutionAttrs): Grid {
  const spatial = [0, 1, 2].map((axis) => transposedSize(x.shape[axis + 1]!, filter.shape[axis]!, attrs))
  return referenceGradInput(x, filter, [x.shape[0]!, ...spatial, filter.shape[3]!], attrs)
}

/** Adds one number a channel. */
export function referenceBias(y: Grid, bias: Grid): Grid {
  return { shape: y.shape, data: y.data.map((value, i) => value + bias.data[i % bias.data.length]!) }
}

/** Sum over everything but the channels. */
export function referenceBiasGrad(dy: Grid): Grid {
  const channels = dy.shape[dy.shape.length - 1]!
  const dbias = zeroGrid([channels])
  for (const [i, value] of dy.data.entries()) dbias.data[i % channels]! += value
  return dbias
}
