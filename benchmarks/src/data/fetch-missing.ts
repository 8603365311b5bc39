import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import { asCalled } from '../command-line/as-called'
import { attend } from '../command-line/attend'
import type { Description } from './description'
import { fetchArchive } from './fetch-archive'
import { findVolumes, volumesIn } from './find-volumes'

export interface FetchMissingOptions {
  /** The folder that was named for the volumes: nothing is fetched then. */
  readonly data: string | undefined
  /** Another place of the same archive. */
  readonly from: string | undefined
  readonly signal?: AbortSignal
}

/** Whether the scans of a data set are fetched by a command that needs them: one archive that its description, which came with this program, names. */
export function isFetchedWhenMissing({ fetch, isBuiltIn }: Description): boolean {
  return isBuiltIn && fetch !== undefined && 'archive' in fetch
}

/**
 * Fetches the scans of a built-in data set that are not here, if its description names one archive with a licence that lets everybody have it; says what, from where and
 * under which terms. Those without labels are left to `bench data fetch`: the same command trains on the same scans here and in a clone.
 *
 * @throws DUALSEG_DATA if they cannot be had: nothing else is put in their place
 */
export async function fetchMissing(description: Description, { data, from, signal }: FetchMissingOptions): Promise<void> {
  const { name, title, fetch: place, volumes, files } = description
  if (place === undefined || !('archive' in place) || !isFetchedWhenMissing(description)) return
  const found = findVolumes(description, data)
  // The archive goes away when all of it is unpacked.
  if (found !== null && !(found.root === volumes && existsSync(join(volumes, `${name}.tar`)))) {
    if (from !== undefined) console.error(`--from is not needed: ${title} is in ${found.root}`)
    return
  }
  const { scans, labelled = scans, megabytes, terms } = place
  const archive = from ?? place.archive
  const size = megabytes === undefined ? '' : `, ${megabytes} MB`
  const others = scans > labelled ? ` The ${scans - labelled} without labels come with pnpm bench data fetch ${name}.` : ''
  console.error(asCalled(`${title} is not here yet: fetching ${archive}${size}, into ${volumes}. ${terms}${others}`))
  // Somebody who began to fetch all of them gets them.
  const isAll = (volumesIn(volumes, files)?.ids.length ?? 0) > labelled
  const { unlabelled: _, ...withLabels } = files
  const wanted = isAll ? { files, scans } : { files: withLabels, scans: labelled }
  try {
    const unpacked = await attend(`Fetching ${title}`, (line) =>
      fetchArchive({ name, files: wanted.files }, { archive, md5: place.md5, scans: wanted.scans }, volumes, {
        ...(signal && { signal }),
        onBytes: (_name, bytes) => line(`${(bytes / 1e6).toFixed(1)} MB`),
      }),
    )
    for (const file of unpacked.others) console.error(`${file} is another file than the archive's; it was left as it is`)
  } catch (error) {
    signal?.throwIfAborted()
    throw notHad(description, error as Error)
  }
}

function notHad({ name }: Description, error: Error): Error {
  const { code = 'DUALSEG_DATA' } = error as { code?: string }
  if (code !== 'DUALSEG_DATA') return error
  return dualsegError(
    'DUALSEG_DATA',
    `${error.message}; nothing was trained. Repeat the command, name a mirror (pnpm bench data fetch ${name} --from <url>), or the folder of the volumes (--data or DUALSEG_DATA)`,
    { cause: error },
  )
}
