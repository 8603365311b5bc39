import { fileTrouble } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'

/**
 * An error of the file system in words, with what to do; anything else as it came.
 *
 * What a run has on disk stays whole whenever writing fails: a checkpoint counts from its renaming on.
 */
export function diskError(error: unknown, folder: string): unknown {
  const trouble = fileTrouble(error)
  if (trouble === undefined) return error
  const { path = 'its folder' } = error as NodeJS.ErrnoException
  return dualsegError(
    'DUALSEG_DISK',
    `run ${folder}: ${path} ${trouble}. Repeat the command then: it goes on from the last checkpoint`,
    { cause: error },
  )
}
