import type { Mask } from '../src/index-node.js'

/** A mask from a rule on voxel coordinates. */
export function maskOf(
  size: readonly number[],
  inside: (x: number, y: number, z: number) => boolean,
  spacing?: readonly number[],
): Mask {
  const [nx, ny, nz = 1] = size as [number, number, number?]
  const data = new Uint8Array(nx * ny * nz)
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++) data[x + nx * (y + ny * z)] = inside(x, y, z) ? 1 : 0
  }
  return { data, size, ...(spacing && { spacing }) }
}

/** Half-open box [from, to). */
export function box(size: readonly number[], from: readonly number[], to: readonly number[], spacing?: readonly number[]): Mask {
  return maskOf(size, (...at) => from.every((low, k) => at[k]! >= low && at[k]! < to[k]!), spacing)
}

export function sphere(size: readonly number[], centre: readonly number[], radius: number, spacing?: readonly number[]): Mask {
  return maskOf(size, (...at) => centre.reduce((sum, c, k) => sum + (at[k]! - c) ** 2, 0) <= radius ** 2, spacing)
}

export const empty = (size: readonly number[]): Mask => maskOf(size, () => false)
