import { random } from '@dualseg/kernels/random'
import { dataError } from './data-error'
import { drawAnatomy } from './phantom/anatomy'
import { paintAnatomy } from './phantom/paint-anatomy'
import { standardise } from './reduce-volume'
import { emptyLike } from './tensor-order'
import { type Case, type Triple, voxelCount } from './volume'

/** As many as LA has. */
export const PHANTOM_COUNT = 100

/** Counts up when the same seed gives other voxels. */
export const PHANTOM_REVISION = 1

/** `PHANTOM000` to `PHANTOM099`. */
export function phantomIds(count: number = PHANTOM_COUNT): string[] {
  return Array.from({ length: count }, (_, index) => `PHANTOM${String(index).padStart(3, '0')}`)
}

/** @throws DUALSEG_DATA if the id is no phantom's */
export function phantomIndex(id: string): number {
  const digits = id.match(/^PHANTOM(\d{3,})$/)?.[1]
  if (digits === undefined) throw dataError(`«${id}» is no phantom; phantoms are PHANTOM000 to PHANTOM${PHANTOM_COUNT - 1}`)
  return Number(digits)
}

/**
 * A made-up left atrium in the manner of LA: sizes (x 148 to 244, y 132 to 160, z 88), a foreground of about 9 %, neighbours of the same intensity,
 * thin or missing walls, a bias field, correlated noise, standardised intensities.
 *
 * The same index and seed give the same bits on every machine: nothing but + - * / and square roots decides a voxel.
 *
 * @param index of the patient, from 0
 * @param options.shared put voxels into SharedArrayBuffers @default false
 */
export function laPhantom(index: number, seed: number, options: { shared?: boolean } = {}): Case {
  const anatomy = drawAnatomy(random(seed, 'phantom anatomy', index, 0))
  const { size } = anatomy
  const image = emptyLike(new Float32Array(0), voxelCount(size), options.shared ?? false)
  const label = emptyLike(new Uint8Array(0), voxelCount(size), options.shared ?? false)
  paintAnatomy(anatomy, seed, index, image, label)
  standardise(image)
  const geometry = { size, spacing: [1, 1, 1] as Triple, spacingUnit: 'voxel' as const }
  return {
    id: `PHANTOM${String(index).padStart(3, '0')}`,
    image: { data: image, ...geometry },
    label: { data: label, ...geometry, size: [...size] },
  }
}
