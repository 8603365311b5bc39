import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { dataError } from '../data-error'
import type { Triple } from '../volume'
import { runCaseTasks } from './case-pool'
import type { LoadProgress } from './case-store'
import { fileTrouble } from './file-error'

export interface VerifyLaOptions {
  /** SHA-256 (hex) by case id: `readSha256Sums('datasets/la/SHA256SUMS')`. */
  sha256: Record<string, string>
  /** The cases to verify. @default all of `sha256` */
  ids?: readonly string[]
  /** @default the processor's threads, at most 8 */
  threads?: number
  onProgress?: (progress: LoadProgress) => void
  signal?: AbortSignal
}

export interface VerifiedCase {
  id: string
  sha256: string
  size: Triple
}

/** More are counted, not listed. */
const LISTED_FAULTS = 5

/**
 * Tests that every case is there, has its SHA-256, can be read, and that its labels are 0 and 1, before any work begins.
 *
 * Nothing is remembered between calls: 100 cases take a few seconds.
 *
 * @throws DUALSEG_DATA listing what is missing or wrong
 */
export async function verifyLa(root: string, options: VerifyLaOptions): Promise<VerifiedCase[]> {
  const { sha256, onProgress, threads, signal } = options
  const ids = options.ids ?? Object.keys(sha256)
  const faults: string[] = []
  const present: string[] = []
  for (const id of ids) {
    const path = join(root, id, 'mri_norm2.h5')
    const trouble = await stat(path).then((file) => (file.isFile() ? undefined : 'is no file'), fileTrouble)
    if (!sha256[id]) faults.push(`LA case ${id}: no SHA-256 is known for it`)
    else if (trouble === undefined) present.push(id)
    else faults.push(`LA case ${id}: ${path} ${trouble}`)
  }
  // Nobody wants to wait for checksums to learn that files are missing.
  if (faults.length > 0) throw faultError(root, faults, ids.length)
  const verified = new Map<string, VerifiedCase>()
  let done = 0
  const count = (id: string) => onProgress?.({ done: ++done, total: present.length, id })
  const tasks = present.map(
    (id) => ({ kind: 'verify', id, image: false, label: true, reference: false, factor: 1, restandardise: false }) as const,
  )
  await runCaseTasks({ kind: 'la', root, sha256 }, tasks, {
    ...(threads !== undefined && { threads }),
    ...(signal && { signal }),
    onResult: ({ id, size, sha256: found }) => {
      verified.set(id, { id, size, sha256: found })
      count(id)
    },
    onError: (error, { id }) => {
      faults.push(error.message)
      count(id)
    },
  })
  if (faults.length > 0) throw faultError(root, faults, ids.length)
  return ids.map((id) => verified.get(id)!)
}

function faultError(root: string, faults: readonly string[], total: number): Error {
  const listed = [...faults].sort().slice(0, LISTED_FAULTS)
  const more = faults.length > listed.length ? [`… and ${faults.length - listed.length} more`] : []
  return dataError(
    [
      `${faults.length} of ${total} LA cases in ${root} are missing or wrong (datasets/la/README.md says how to get them):`,
      ...listed,
      ...more,
    ].join('\n  '),
  )
}
