import type { Triple, Volume, VoxelArray } from './volume'

/**
 * A volume seen through strides: turning and mirroring only change `offset` and `strides`, so that a crop of a turned volume copies the crop and
 * nothing else.
 */
export interface VolumeView<T extends VoxelArray = VoxelArray> {
  data: T
  size: Triple
  offset: number
  strides: Triple
  /** Of what lies beyond. @default 0 */
  outside?: number
}

export function viewOf<T extends VoxelArray>(volume: Volume<T> & { outside?: number }): VolumeView<T> {
  const { data, size, outside } = volume
  const [nx, ny] = size
  return { data, size: [...size], offset: 0, strides: [1, nx, nx * ny], ...(outside !== undefined && { outside }) }
}

export function transposeXY<T extends VoxelArray>(view: VolumeView<T>): VolumeView<T> {
  const [nx, ny, nz] = view.size
  const [sx, sy, sz] = view.strides
  return { ...view, size: [ny, nx, nz], strides: [sy, sx, sz] }
}

export function flip<T extends VoxelArray>(view: VolumeView<T>, axis: 0 | 1 | 2): VolumeView<T> {
  const strides: Triple = [...view.strides]
  const offset = view.offset + strides[axis] * (view.size[axis] - 1)
  strides[axis] = -strides[axis]
  return { ...view, offset, strides }
}

/** Copies a view into a volume of its own, x fastest. */
export function copyView<T extends VoxelArray>(view: VolumeView<T>): { data: T; size: Triple } {
  const [nx, ny, nz] = view.size
  const [sx, sy, sz] = view.strides
  const data = new (view.data.constructor as new (length: number) => T)(nx * ny * nz)
  let to = 0
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      let from = view.offset + y * sy + z * sz
      for (let x = 0; x < nx; x++) {
        data[to++] = view.data[from]!
        from += sx
      }
    }
  }
  return { data, size: [nx, ny, nz] }
}
