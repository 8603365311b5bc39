import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as node from '../src/node'
import type { Volume } from '../src/volume'
import { temporaryFolder } from './temporary-folder'

const image: Volume = { data: Float32Array.from({ length: 24 }, (_, i) => i), size: [2, 3, 4], spacing: [1, 1, 1] }

const caseOf = (path: string) =>
  node.runCaseTasks(
    {
      kind: 'files',
      root: '/',
      image: path,
      label: path,
      classes: [{ name: 'organ', values: [1] }],
      intensity: { kind: 'standardise' },
    },
    [{ kind: 'load', id: 'A', image: true, label: true, reference: false, factor: 1, restandardise: false }],
    { threads: 1, onResult: () => {} },
  )

/** All that open a file, and the ending that they expect. */
const FILES: Record<string, (path: string) => unknown> = {
  ...Object.fromEntries(
    ['.nii', '.nii.gz', '.nrrd', '.nhdr', '.mha', '.mhd', '.h5'].map((ending) => [
      `readImage ${ending}`,
      (path: string) => node.readImage(`${path}${ending}`),
    ]),
  ),
  ImageReader: async (path) => {
    const reader = new node.ImageReader()
    await reader.read(`${path}.nii`).finally(() => reader.close())
  },
  sha256OfPath: (path) => node.sha256OfPath(path),
  sha256OfImage: (path) => node.sha256OfImage(`${path}.nrrd`),
  readText: (path) => node.readText(path),
  readFileSums: (path) => node.readFileSums(path),
  readSha256Sums: (path) => node.readSha256Sums(path),
  readLaCase: (path) => node.readLaCase(`${path}.h5`),
  'a case of files': (path) => caseOf(`${path}.nii`),
}
/** All that open a folder. */
const FOLDERS: Record<string, (path: string) => unknown> = {
  'readImage of a series': (path) => node.readImage(path),
  visibleNames: (path) => node.visibleNames(path),
  readFoldLists: (path) => node.readFoldLists(path),
  findLa: (path) => node.findLa({ data: path }),
}
/** All that write one. */
const WRITERS: Record<string, (path: string) => unknown> = {
  writeNifti: (path) => node.writeNifti(`${path}.nii`, image),
  'writeImage .nii.gz': (path) => node.writeImage(`${path}.nii.gz`, image),
  'writeImage .nrrd': (path) => node.writeImage(`${path}.nrrd`, image),
  'writeImage .mha': (path) => node.writeImage(`${path}.mha`, image),
}

const ENDINGS = ['', '.nii', '.nii.gz', '.nrrd', '.nhdr', '.mha', '.mhd', '.h5']

/** Ways in which a place cannot be used, under every ending. */
const PLACES: Record<string, (folder: string) => string> = {
  'nothing is there': (folder) => join(folder, 'missing'),
  'a link leads nowhere': (folder) => everywhere(join(folder, 'broken'), (path) => symlinkSync('nowhere', path)),
  'a link leads to itself': (folder) => everywhere(join(folder, 'loop'), (path) => symlinkSync(path, path)),
  'a file lies above': (folder) => {
    writeFileSync(join(folder, 'file'), 'x')
    return join(folder, 'file', 'below')
  },
  'the name is too long': (folder) => join(folder, 'x'.repeat(300)),
}

function everywhere(path: string, make: (path: string) => void): string {
  for (const ending of ENDINGS) make(`${path}${ending}`)
  return path
}

/** What went wrong, which must be in words. */
async function refusal(action: () => unknown, title: string): Promise<Error & { code: string }> {
  const error = await Promise.resolve()
    .then(action)
    .then(
      () => undefined,
      (thrown: Error & { code: string }) => thrown,
    )
  expect(error, title).toBeInstanceOf(Error)
  expect(error!.code, `${title}: ${error!.message}`).toMatch(/^DUALSEG_(DATA|DISK|VALUE)$/)
  expect(error!.message, title).not.toMatch(/\bE[A-Z]{4,}\b|ERR_|no such file|properties of|is not a function|illegal/)
  return error!
}

describe('a place that cannot be used', () => {
  it.each(Object.entries(PLACES))('is said in words with the path and what to do, by all that read: %s', async (_, make) => {
    const path = make(await temporaryFolder())
    const spelt = path.slice(0, 200)
    for (const [name, read] of [...Object.entries(FILES), ...Object.entries(FOLDERS)]) {
      const { code, message } = await refusal(() => read(path), name)
      expect({ name, code }).toEqual({ name, code: 'DUALSEG_DATA' })
      expect(message, name).toContain(spelt)
      expect(message, name).toMatch(/; .|expected/)
    }
  })

  it.each(Object.entries(PLACES).slice(3))('and by all that write: %s', async (_, make) => {
    const path = make(await temporaryFolder())
    for (const [name, write] of Object.entries(WRITERS)) {
      const { code, message } = await refusal(() => write(path), name)
      expect({ name, code }).toEqual({ name, code: 'DUALSEG_DISK' })
      expect(message, name).toMatch(/; give a(nother place| folder| shorter one)$/)
    }
  })

  it('is said where a folder lies in the place of a file, or a file in that of a folder', async () => {
    const folder = await temporaryFolder()
    const path = everywhere(join(folder, 'folder'), (one) => mkdirSync(one))
    for (const name of ['readText', 'readFileSums', 'readSha256Sums', 'readLaCase'])
      expect((await refusal(() => FILES[name]!(path), name)).message).toMatch(
        / is a folder, where a file is expected; give a file/,
      )
    for (const [name, write] of Object.entries(WRITERS))
      expect((await refusal(() => write(path), name)).message).toMatch(/ is a folder, where a file is expected; give a file/)
    writeFileSync(join(folder, 'file'), 'x')
    for (const name of ['visibleNames', 'readFoldLists', 'findLa'])
      expect((await refusal(() => FOLDERS[name]!(join(folder, 'file')), name)).message).toMatch(
        / is a file, or lies below one, where a folder/,
      )
  })

  it('is said where another file holds the voxels', async () => {
    const folder = await temporaryFolder()
    const header = 'NRRD0004\ntype: uint8\ndimension: 3\nsizes: 2 3 4\nencoding: raw\ndata file: v.raw\n\n'
    writeFileSync(join(folder, 'a.nhdr'), header)
    const read = () => node.readImage(join(folder, 'a.nhdr'))
    expect((await refusal(read, 'nothing')).message).toMatch(/keeps its voxels in v\.raw, which is not there; /)
    mkdirSync(join(folder, 'v.raw'))
    expect((await refusal(read, 'a folder')).message).toMatch(/keeps its voxels in v\.raw, which is a folder, where a file /)
  })

  it.runIf(process.getuid !== undefined)('is said where it is closed to this user', async () => {
    const folder = await temporaryFolder()
    chmodSync(folder, 0o755)
    const closed = join(folder, 'closed')
    for (const ending of ENDINGS.slice(1)) writeFileSync(`${closed}${ending}`, 'x', { mode: 0 })
    writeFileSync(`${closed}.list`, 'x', { mode: 0 })
    mkdirSync(closed, { mode: 0 })
    // The superuser is let in everywhere.
    const isRoot = process.geteuid!() === 0
    if (isRoot) process.seteuid!(65534)
    try {
      const texts = ['readText', 'readFileSums', 'readSha256Sums', 'sha256OfPath']
      const all = [
        ...Object.entries(FILES).map(
          ([name, read]) => [name, () => read(texts.includes(name) ? `${closed}.list` : closed)] as const,
        ),
        ...Object.entries(FOLDERS).map(([name, read]) => [name, () => read(closed)] as const),
        ...Object.entries(WRITERS).map(([name, write]) => [name, () => write(join(closed, 'new'))] as const),
      ]
      for (const [name, action] of all)
        expect((await refusal(action, name)).message, name).toMatch(
          / is closed to this user; change its rights or give another place/,
        )
    } finally {
      if (isRoot) process.seteuid!(0)
      chmodSync(closed, 0o755)
    }
  })

  it('is said for what is no path', async () => {
    const { readImage, sha256OfPath, sha256OfImage, visibleNames, readText, readFileSums, readSha256Sums } = node
    const { readFoldLists, readLaCase, writeNifti, writeImage } = node
    const sums = { sha256OfPath, sha256OfImage, readFileSums, readSha256Sums }
    const all = { readImage, visibleNames, readText, readFoldLists, readLaCase, writeNifti, writeImage, ...sums }
    for (const path of [undefined, null, 3, {}, '', 'a\0b.nii'] as string[]) {
      for (const [name, call] of Object.entries(all)) {
        const { code, message } = await refusal(() => call(path, image as never), `${name} of ${String(path)}`)
        expect({ name, code }).toEqual({ name, code: 'DUALSEG_VALUE' })
        expect(message).toMatch(/^\w+: the path is .+, expected the name of a file or folder as text$/)
      }
    }
  })

  it('is said of a folder with image files, where one image is read', async () => {
    const folder = await temporaryFolder()
    await node.writeImage(join(folder, 'b.nii.gz'), image)
    await node.writeImage(join(folder, 'a.mha'), image)
    expect((await refusal(() => node.readImage(folder), 'images')).message).toBe(
      `${folder}: is a folder with image files, such as a.mha, expected one DICOM series; give one of its files`,
    )
  })
})
