import { type Grid, zeroGrid } from './grid'

type Corner = readonly [index: number, weight: number]

/** The two source voxels of an upsampled position along one axis and their weights. */
function corners(position: number, size: number, alignCorners: boolean, factor: number): [Corner, Corner] {
  const source = alignCorners ? (position * (size - 1)) / (factor * size - 1) : Math.max(0, (position + 0.5) / factor - 0.5)
  const low = Math.min(Math.floor(source), size - 1)
  return [
    [low, 1 - (source - low)],
    [Math.min(low + 1, size - 1), source - low],
  ]
}

/** Calls with source and target offset (of channel 0) and weight. `mode` undefined repeats voxels. */
function forEachWeight(
  shape: readonly number[],
  alignCorners: boolean | undefined,
  factor: number,
  visit: (x: number, y: number, w: number) => void,
): void {
  const [batch, nx, ny, nz, channels] = shape as [number, number, number, number, number]
  const sources = (i: number, size: number): readonly Corner[] =>
    alignCorners === undefined ? [[Math.floor(i / factor), 1]] : corners(i, size, alignCorners, factor)
  for (let b = 0; b < batch; b++)
    for (let i = 0; i < factor * nx; i++)
      for (let j = 0; j < factor * ny; j++)
        for (let k = 0; k < factor * nz; k++)
          for (const [x, wx] of sources(i, nx))
            for (const [y, wy] of sources(j, ny))
              for (const [z, wz] of sources(k, nz))
                visit(
                  (((b * nx + x) * ny + y) * nz + z) * channels,
                  (((b * factor * nx + i) * factor * ny + j) * factor * nz + k) * channels,
                  wx * wy * wz,
                )
}

/** Enlarges the spatial axes: trilinear with or without aligned corners, or (undefined) by repeating voxels. */
export function referenceUpsample(x: Grid, alignCorners: boolean | undefined, factor = 2): Grid {
  const [batch, nx, ny, nz, channels] = x.shape as [number, number, number, number, number]
  const y = zeroGrid([batch, factor * nx, factor * ny, factor * nz, channels])
  forEachWeight(x.shape, alignCorners, factor, (from, to, weight) => {
    for (let c = 0; c < channels; c++) y.data[to + c]! += weight * x.data[from + c]!
  })
  return y
}

/** Its gradient, of shape `inputShape`. */
export function referenceUpsampleGrad(
  dy: Grid,
  inputShape: readonly number[],
  alignCorners: boolean | undefined,
  factor = 2,
): Grid {
  const dx = zeroGrid(inputShape)
  const channels = inputShape[4]!
  forEachWeight(inputShape, alignCorners, factor, (from, to, weight) => {
    for (let c = 0; c < channels; c++) dx.data[from + c]! += weight * dy.data[to + c]!
  })
  return dx
}
