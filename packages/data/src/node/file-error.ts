import { lstatSync, readlinkSync } from 'node:fs'
import { type DataErrorCode, dataError } from '../data-error'

/** What the system's errors say of a path, and what to do. */
const TROUBLE: Readonly<Record<string, string>> = {
  ENOENT: 'is not there; look for another spelling',
  ENOTDIR: 'is a file, or lies below one, where a folder is expected; give a folder',
  EISDIR: 'is a folder, where a file is expected; give a file',
  EEXIST: 'is there already and is no folder; give another place',
  ENOTEMPTY: 'is a folder with something in it; give another place',
  EACCES: 'is closed to this user; change its rights or give another place',
  EPERM: 'is closed to this user; change its rights or give another place',
  EROFS: 'lies on a read-only file system; make it writable or give another place',
  ENOSPC: 'lies on a full disk; make room',
  EDQUOT: "lies on a disk of which this user's share is used up; make room",
  EFBIG: 'would be larger than its file system takes; give another place',
  ELOOP: 'is a link that leads back to itself; give another place',
  ENAMETOOLONG: 'has a longer name than its file system takes; give a shorter one',
  EXDEV: 'cannot be moved to another file system; give another place',
  EBUSY: 'is in use by another program; close that',
  EMFILE: 'cannot be opened, for too many files are open; raise the limit (ulimit -n)',
  ENFILE: 'cannot be opened, for too many files are open; close other programs',
  ERR_FS_FILE_TOO_LARGE: 'has more than 2 GiB, which is not read at once; store it compressed, or in parts',
  EIO: 'lies on a disk that reports an error; look at the disk before you go on',
  ESTALE: 'lies on a network folder that was mounted anew; repeat the command',
}

/** Codes of connections and of decompression: they are no files. */
const OTHERS =
  /^(Z_|ECONN|ENET|EHOST|EADDR|EAI_|EAFNOSUPPORT|EDESTADDR|EISCONN|EMSGSIZE|ENOBUFS|ENOTCONN|ENOTSOCK|EPIPE|EPROTO|ESOCK|ETIMEDOUT)/

/** A name that goes on for pages helps nobody. */
const LONGEST_NAME = 240

/**
 * What the file system said, as a clause with the path for its subject: `lies on a full disk; make room`.
 *
 * @returns undefined for an error that is not the file system's
 */
export function fileTrouble(error: unknown): string | undefined {
  const { code, syscall, path, errno } = (error ?? {}) as NodeJS.ErrnoException
  if (code === undefined || (!(code in TROUBLE) && (errno === undefined || OTHERS.test(code)))) return undefined
  if (code === 'ENOENT' || code === 'EEXIST' || code === 'ELOOP') {
    const target = path === undefined ? undefined : linkTarget(path)
    if (target !== undefined) return `is a link to ${target}, which is not there; mend the link or give another place`
  }
  if (code === 'ENOENT' && syscall === 'mkdir') return 'cannot be made there; give another place'
  return TROUBLE[code] ?? `cannot be used, says the system (${code}); give another place`
}

/**
 * An error of the file system in words; anything else as it came.
 *
 * @param options.path instead of the one that the error names, such as that of a file that was written beside first
 * @param options.where who says it, such as `--out: `
 * @param options.code @default 'DUALSEG_DATA'
 */
export function fileError(error: unknown, options: { path?: string; where?: string; code?: DataErrorCode } = {}): unknown {
  const trouble = fileTrouble(error)
  if (trouble === undefined) return error
  const { path = (error as NodeJS.ErrnoException).path ?? 'a file', where = '', code = 'DUALSEG_DATA' } = options
  const named = path.length > LONGEST_NAME ? `${path.slice(0, LONGEST_NAME)}…` : path
  return dataError(`${where}${named} ${trouble}`, { code, cause: error })
}

function linkTarget(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined
  } catch {
    return undefined
  }
}
