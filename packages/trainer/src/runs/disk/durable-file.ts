import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Writes a file and waits until it is on the disk. */
export function writeDurably(path: string, content: string | Uint8Array): void {
  const file = openSync(path, 'w')
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Replaces a file as a whole: whoever reads it, at any instant, sees the old content or the new one. */
export function replaceDurably(path: string, content: string | Uint8Array): void {
  const beside = `${path}.partial`
  writeDurably(beside, content)
  renameSync(beside, path)
  syncFolder(dirname(path))
}

/** Makes renames and new names in a folder last. Windows cannot open folders and needs no such call. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
