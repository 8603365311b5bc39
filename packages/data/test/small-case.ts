import type { Case, Triple } from '../src/volume'

/** A case whose every voxel says where it comes from: `tag` + x + 100 y + 10000 z, halved where it would lose bits. */
export function smallCase(id: string, size: Triple, tag = 0): Case {
  const [nx, ny, nz] = size
  const image = new Float32Array(nx * ny * nz)
  const label = new Uint8Array(image.length)
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) {
        const at = x + nx * (y + ny * z)
        image[at] = tag + x + 100 * y + 10000 * z
        label[at] = (x + y + z + tag) % 2
      }
    }
  }
  return {
    id,
    image: { data: image, size, spacing: [1, 1, 1], spacingUnit: 'voxel' },
    label: { data: label, size, spacing: [1, 1, 1], spacingUnit: 'voxel' },
  }
}
