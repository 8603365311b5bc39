import { existsSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { imageFormatOf, visibleNames } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'

/** One scan with its label, as they lie on the disk. */
export interface ScanPair {
  readonly id: string
  /** A folder with a DICOM series, or an image file. */
  readonly image: string
  readonly label: string
}

/**
 * Pairs scans and labels by the last number in their names: `PANCREAS_0001/…/*.dcm` with `label0001.nii.gz`. A single scan and a single file pair
 * with each other.
 *
 * @throws DUALSEG_DATA if a number comes twice or has no partner
 */
export function pairScans(images: string, labels: string, prefix: string): ScanPair[] {
  for (const place of [images, labels]) {
    if (!existsSync(place))
      throw dualsegError('DUALSEG_DATA', `${place} is not there; give the folder of scans and the folder of labels`)
  }
  if (!isFolder(labels))
    return [{ id: `${prefix}_${(numberOf(labels) ?? '1').padStart(4, '0')}`, image: seriesFolder(images), label: labels }]
  const scans = numbered(images, (path) => isFolder(path) || imageFormatOf(path) !== null)
  const masks = numbered(labels, (path) => imageFormatOf(path) !== null)
  if (scans.size === 0)
    throw dualsegError(
      'DUALSEG_DATA',
      `${images} holds no scans; expected one folder or image file a case, with its number in the name`,
    )
  const alone = [...scans].filter(([number]) => !masks.has(number)).map(([, path]) => basename(path))
  if (alone.length > 0)
    throw dualsegError(
      'DUALSEG_DATA',
      `${alone.length} scans have no label of their number in ${labels}: ${alone.slice(0, 5).join(', ')}`,
    )
  return [...scans]
    .sort(([a], [b]) => a - b)
    .map(([number, image]) => ({
      id: `${prefix}_${String(number).padStart(4, '0')}`,
      image: seriesFolder(image),
      label: masks.get(number)!,
    }))
}

function numbered(folder: string, isWanted: (path: string) => boolean): Map<number, string> {
  const found = new Map<number, string>()
  for (const name of visibleNames(folder)) {
    const path = join(folder, name)
    const number = numberOf(path)
    if (number === undefined || !isWanted(path)) continue
    const before = found.get(Number(number))
    if (before !== undefined)
      throw dualsegError('DUALSEG_DATA', `${folder}: ${basename(before)} and ${name} have the same number; take one away`)
    found.set(Number(number), path)
  }
  return found
}

function numberOf(path: string): string | undefined {
  return /(\d+)\D*$/.exec(basename(path).replace(/(\.nii)?\.\w+$/, ''))?.[1]
}

/** Archives put a series some folders deep: follows them as long as there is no choice. */
function seriesFolder(path: string): string {
  if (!isFolder(path)) return path
  const entries = visibleNames(path)
  const folders = entries.filter((name) => isFolder(join(path, name)))
  if (folders.length === 0 || entries.length > folders.length) return path
  if (folders.length > 1)
    throw dualsegError(
      'DUALSEG_DATA',
      `${path} holds ${folders.length} series or studies (${folders.join(', ')}); leave the one that belongs to the label`,
    )
  return seriesFolder(join(path, folders[0]!))
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
