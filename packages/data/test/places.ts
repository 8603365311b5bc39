import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

/** A small image file of `fixtures/places.py`, and where others find its voxels. */
export interface PlacedFile {
  name: string
  says: 'all' | 'axes' | 'spacing' | 'nothing' | 'refused'
  /** Of the voxels (0,0,0), (1,0,0), (0,1,0), (0,0,1), in LPS and mm, by package. */
  lps: Record<string, [number, number, number][]>
  /** Of the voxels 0, 1 and 23, where they are not their indices. */
  values?: number[]
  note?: 'apart' | 'sheared'
  path: string
}

/** Writes the files into a folder. */
export async function placedFiles(folder: string): Promise<PlacedFile[]> {
  const text = await readFile(fileURLToPath(new URL('./fixtures/places.json', import.meta.url)), 'utf8')
  const { cases } = JSON.parse(text) as { cases: (Omit<PlacedFile, 'path'> & { bytes: string })[] }
  await mkdir(folder, { recursive: true })
  return Promise.all(
    cases.map(async ({ bytes, ...file }) => {
      const path = join(folder, file.name)
      await writeFile(path, gunzipSync(Buffer.from(bytes, 'base64')))
      return { ...file, path }
    }),
  )
}
