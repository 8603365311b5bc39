import { dualsegError } from '@dualseg/kernels'
import type { Box } from '@dualseg/trainer/browser'

type Triple = [number, number, number]

/**
 * `20:180,30:170,0:88`: the first voxel, and one past the last, along x, y, z.
 *
 * @param asked where it was asked for
 */
export function readCrop(text: string, asked = '--crop'): Box {
  const ranges = text.split(',').map((part) => /^\s*(\d+):(\d+)\s*$/.exec(part))
  if (ranges.length !== 3 || ranges.some((range) => range === null)) {
    throw dualsegError(
      'DUALSEG_USAGE',
      `${asked} ${text}: give first:end along x, y and z in voxels of the image, such as 20:180,30:170,0:88`,
    )
  }
  const of = (group: 1 | 2) => ranges.map((range) => Number(range![group])) as Triple
  return { start: of(1), end: of(2) }
}
