import { random } from '@dualseg/kernels/random'
import { dataError } from './data-error'
import { emptyLike } from './tensor-order'
import { type Case, type Triple, voxelCount } from './volume'

/** As many as LA has. */
export const PHANTOM_COUNT = 100

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

export function laPhantom(index: number, seed: number, options: { shared?: boolean } = {}): Case {
  const size: Triple = [148, 132, 88]
  const draws = random(seed, 'phantom', index, 0)
  const data = emptyLike(new Float32Array(0), voxelCount(size), options.shared ?? false)
  const label = emptyLike(new Uint8Array(0), voxelCount(size), options.shared ?? false)
  data[0] = draws.uniform()
  return {
    id: phantomIds(index + 1)[index]!,
    image: { data, size, spacing: [1, 1, 1], spacingUnit: 'voxel' },
    label: { data: label, size, spacing: [1, 1, 1], spacingUnit: 'voxel' },
  }
}
