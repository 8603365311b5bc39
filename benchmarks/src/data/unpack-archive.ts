import { createReadStream } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileError, makeFolder } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import { extract, type Header } from 'tar-stream'

/** What came out of an archive. */
export interface Unpacked {
  readonly fetched: number
  readonly wasThere: number
  /** Files that are there already and are others than the archive's; they are left as they are. */
  readonly others: readonly string[]
}

/**
 * Unpacks the files of a tar archive that are wanted, without the folder that all of them lie in. A file appears when it is complete; what is there already is compared
 * and left. Names that begin with a dot (macOS' `._` files, `..`) and everything that is no file are passed over.
 *
 * @param isWanted told a path below that folder, with slashes
 * @throws DUALSEG_DATA for what is no tar archive, DUALSEG_DISK where nothing can be written
 */
export async function unpackArchive(archive: string, root: string, isWanted: (path: string) => boolean): Promise<Unpacked> {
  const counts = { fetched: 0, wasThere: 0 }
  const others: string[] = []
  const entries = extract()
  const read = pipeline(createReadStream(archive), entries).catch((error: Error) => void entries.destroy(error))
  try {
    for await (const entry of entries) {
      const path = wantedPath(entry.header, isWanted)
      if (path === undefined) {
        entry.resume()
        continue
      }
      const chunks: Buffer[] = []
      for await (const chunk of entry) chunks.push(chunk as Buffer)
      const bytes = Buffer.concat(chunks)
      const place = join(root, path)
      const there = await contentOf(place)
      if (there === undefined) {
        await appear(place, bytes)
        counts.fetched++
      } else if (there.equals(bytes)) counts.wasThere++
      else others.push(place)
    }
    await read
  } catch (error) {
    const told = fileError(error, { code: 'DUALSEG_DISK' })
    if (told !== error || (error as { code?: string }).code?.startsWith('DUALSEG_')) throw told
    const { message } = error as Error
    throw dualsegError(
      'DUALSEG_DATA',
      `${archive} cannot be read as a tar archive (${message}); take it away and fetch it again`,
      {
        cause: error,
      },
    )
  }
  return { ...counts, others }
}

function wantedPath({ name, type }: Header, isWanted: (path: string) => boolean): string | undefined {
  const parts = name.split('/')
  if (type !== 'file' || parts.some((part) => part === '' || part.startsWith('.'))) return undefined
  const path = parts.slice(1).join('/')
  return path !== '' && isWanted(path) ? path : undefined
}

async function appear(path: string, bytes: Buffer): Promise<void> {
  makeFolder(dirname(path))
  await writeFile(`${path}.part`, bytes)
  await rename(`${path}.part`, path)
}

async function contentOf(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
