import { readdirSync } from 'node:fs'
import { faultError } from './fault'

/** Names in a folder, or undefined where there is none. @throws DUALSEG_DATA with a `fault` if something else is there, or it cannot be read */
export function readFolder(path: string, remedy: string): string[] | undefined {
  try {
    return readdirSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    if (code === undefined) throw error
    if (code === 'ENOTDIR') throw faultError({ file: path, found: 'it is a file, expected a folder', remedy }, error)
    throw faultError(
      {
        file: path,
        found: `this folder cannot be read (${code})`,
        remedy: 'change its rights and repeat the command; nothing is lost',
      },
      error,
    )
  }
}
