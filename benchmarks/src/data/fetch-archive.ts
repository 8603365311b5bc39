import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import type { Description } from './description'
import { type FetchOptions, fetchFiles } from './fetch-files'
import { volumesIn } from './find-volumes'
import { type Unpacked, unpackArchive } from './unpack-archive'

/** An archive that all files come in. */
export interface FetchedTogether {
  readonly archive: string
  readonly md5: string
  /** In it. */
  readonly scans: number
}

export interface FetchedArchive extends Unpacked {
  /** Scans that are there now, with labels and without. */
  readonly scans: number
}

/**
 * Fetches the archive that a description names and unpacks its scans and labels into a folder; where all scans are there already, nothing is fetched. The archive goes
 * away when it is unpacked, and stays, to be gone on from, when it is interrupted.
 *
 * @throws DUALSEG_DATA if it cannot be had, is another than the description says, or holds fewer scans
 */
export async function fetchArchive(
  { name, files }: Pick<Description, 'name' | 'files'>,
  { archive: url, md5, scans }: FetchedTogether,
  out: string,
  options: FetchOptions = {},
): Promise<FetchedArchive> {
  const found = () => volumesIn(out, files)?.ids.length ?? 0
  if (found() >= scans) return { fetched: 0, wasThere: scans, others: [], scans: found() }
  const path = join(out, `${name}.tar`)
  const failed = await fetchFiles([{ name, url, path, md5 }], options)
  for (const error of failed.values()) throw error
  const images = [files, ...files.others].flatMap(({ image, unlabelled }) =>
    unlabelled === undefined ? [image] : [image, unlabelled],
  )
  const patterns = [...images, files.label].map(patternOf)
  const unpacked = await unpackArchive(path, out, (one) => patterns.some((pattern) => pattern.test(one)))
  await rm(path)
  const there = found()
  if (there < scans) {
    throw dualsegError(
      'DUALSEG_DATA',
      `${url}: ${there} scans are in ${out}, expected ${scans}; look at the files of ${name}'s dataset.json`,
    )
  }
  return { ...unpacked, scans: there }
}

/** Of a path with `{case}`: that may stand for anything within a name, and for the same each time. */
function patternOf(path: string): RegExp {
  const [first, ...others] = path.split('{case}').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${first}([^/]+)${others.join('\\1')}$`, 'u')
}
