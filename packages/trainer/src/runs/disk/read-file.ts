import { readFileSync, statSync } from 'node:fs'
import { faultError } from './fault'

/** What keeps a file from being read although it may be whole: said, with what to do. */
const UNREADABLE: Readonly<Record<string, readonly [found: string, remedy: string]>> = {
  EACCES: ['this user may not read it', 'change its rights and repeat the command; nothing is lost'],
  EPERM: ['this user may not read it', 'change its rights and repeat the command; nothing is lost'],
  EIO: ['the disk reports an error while it is read', 'look at the disk before you go on'],
  EMFILE: ['this process has too many files open', 'allow more (ulimit -n) and repeat the command; nothing is lost'],
  ENOTDIR: ['a folder above it is a file', 'move that file away'],
}

/**
 * A file's bytes, or undefined where there is none.
 *
 * @param remedy what to do if something else is in its place
 * @throws DUALSEG_DATA with a `fault` if it is no file or cannot be read
 */
export function readFile(path: string, remedy: string): Uint8Array | undefined {
  try {
    // Opening a pipe would wait for somebody to write into it.
    const what = statSync(path)
    if (what.isDirectory()) throw faultError({ file: path, found: 'it is a folder, expected a file', remedy })
    if (!what.isFile()) throw faultError({ file: path, found: 'it is no regular file', remedy })
    return readFileSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    if (code === undefined || code.startsWith('DUALSEG_')) throw error
    const [found, instead] = UNREADABLE[code] ?? ['it cannot be read', remedy]
    throw faultError({ file: path, found: `${found} (${code})`, remedy: instead }, error)
  }
}

/** Bytes as text, or undefined if they are none: nothing is replaced in silence. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
