import { dualsegError } from '@dualseg/kernels'

const WHAT: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; make room',
  EDQUOT: "the user's share of the disk is used up; make room",
  EROFS: 'the file system is read-only; make it writable or give another folder',
  EACCES: 'this user may not write there; change its rights or give another folder',
  EPERM: 'this user may not write there; change its rights or give another folder',
  EIO: 'the disk reports an error; look at it before you go on',
}

/**
 * An error of the file system in words, with what to do; anything else as it came.
 *
 * What a run has on disk stays whole whenever writing fails: a checkpoint counts from its renaming on.
 */
export function diskError(error: unknown, folder: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException
  // mkdir with `recursive` says ENOENT where a read-only file system refuses a folder's parent.
  const what = code === 'ENOENT' && syscall === 'mkdir' ? 'the folder cannot be made; give another one' : WHAT[code ?? '']
  if (what === undefined) return error
  return dualsegError(
    'DUALSEG_DISK',
    `run ${folder}: ${what} and repeat the command; it goes on from the last checkpoint (${code})`,
    {
      cause: error,
    },
  )
}
