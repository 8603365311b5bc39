import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { laPhantom } from '@dualseg/data'
import { findLa, readImage } from '@dualseg/data/node'
import type { Mask } from '@dualseg/metrics'
import { usualVolumes } from '../../data/usual-volumes'
import type { Triple } from '../request'

const PHANTOM_SEED = 20

/** A case to be timed; distances in voxels. */
export interface MaskPair {
  name: string
  prediction: Mask
  reference: Mask
}

/** An organ with a bumpy surface that fills about 9 % of the volume, as the left atrium does, and a prediction a few voxels off. */
export function organPair(size: Triple): MaskPair {
  const organ = (shift: number, bumps: number): Mask => {
    const [nx, ny, nz] = size
    const data = new Uint8Array(nx * ny * nz)
    for (let z = 0, i = 0; z < nz; z++) {
      for (let y = 0; y < ny; y++) {
        for (let x = 0; x < nx; x++, i++) {
          const [u, v, w] = [(x - shift) / nx - 0.5, y / ny - 0.5, (z - shift / 2) / nz - 0.5]
          const radius = 0.28 + 0.03 * Math.sin(bumps * u) * Math.sin(bumps * v) * Math.sin(bumps * w + 1)
          data[i] = u * u + v * v + w * w <= radius * radius ? 1 : 0
        }
      }
    }
    return { data, size }
  }
  return { name: size.join('x'), prediction: organ(2, 31), reference: organ(0, 29) }
}

/**
 * The label of the first Left Atrium case that is found, else of the built-in phantom, which the name says; and the same a few voxels off with its
 * lowest slices missing.
 *
 * @throws DUALSEG_DATA if a place was named and holds no case
 */
export async function atriumPair(folder: string | undefined): Promise<MaskPair> {
  const environment = process.env.DUALSEG_DATA
  const found = await findLa({
    ...(folder !== undefined && { data: folder }),
    ...(environment && { environment }),
    fallback: usualVolumes('la'),
  })
  const file = found && (await firstCase(found.root))
  const { data, size } = file ? await readImage(file, { dataset: 'label' }) : laPhantom(0, PHANTOM_SEED).label
  const reference: Mask = { data: Uint8Array.from(data), size }
  return { name: `${file ? 'LA' : 'phantom'} label ${size.join('x')}`, prediction: offBy(reference, [2, 1, 1]), reference }
}

async function firstCase(root: string): Promise<string | undefined> {
  const files = (await readdir(root)).sort().map((name) => join(root, name, 'mri_norm2.h5'))
  return files.find((file) => existsSync(file))
}

function offBy({ data, size }: Mask, [dx, dy, dz]: Triple): Mask {
  const [nx, ny, nz] = size as Triple
  const moved = new Uint8Array(data.length)
  for (let z = 3; z < nz; z++) {
    for (let y = dy; y < ny; y++) {
      for (let x = dx; x < nx; x++) moved[x + nx * (y + ny * z)] = data[x - dx + nx * (y - dy + ny * (z - dz))]!
    }
  }
  return { data: moved, size }
}
