type Triple = readonly [number, number, number]

/** Calls `row` with the run of voxels along z that a window and the volume share, for each x, y: where it begins in the volume and in the window. */
export function sharedRows(
  [nx, ny, nz]: Triple,
  patch: Triple,
  [cx, cy, cz]: Triple,
  row: (x: number, y: number, z: number, windowAt: number, length: number) => void,
): void {
  const z0 = Math.max(-cz, 0)
  const length = Math.min(patch[2], nz - cz) - z0
  for (let i = Math.max(-cx, 0); i < Math.min(patch[0], nx - cx); i++) {
    for (let j = Math.max(-cy, 0); j < Math.min(patch[1], ny - cy); j++) {
      row(cx + i, cy + j, cz + z0, (i * patch[1] + j) * patch[2] + z0, length)
    }
  }
}
