import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import { fetchArchive } from './fetch-archive'
import { unpackArchive } from './unpack-archive'

const FILES = {
  image: 'imagesTr/{case}.nii.gz',
  label: 'labelsTr/{case}.nii.gz',
  unlabelled: 'imagesTs/{case}.nii.gz',
  others: [],
}
const SCANS = ['imagesTr/a.nii.gz', 'imagesTr/b.nii.gz', 'labelsTr/a.nii.gz', 'labelsTr/b.nii.gz', 'imagesTs/c.nii.gz']

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dualseg-archive-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** As the Decathlon's: everything in one folder, with what macOS leaves behind, and what nobody asked for. */
async function archive(names: readonly string[] = SCANS): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name: 'Task99_Made/', type: 'directory' })
  for (const name of names) {
    tar.entry({ name: `Task99_Made/${name.replace(/([^/]+)$/, '._$1')}` }, 'of macOS')
    tar.entry({ name: `Task99_Made/${name}` }, `bytes of ${name}`)
  }
  tar.entry({ name: 'Task99_Made/dataset.json' }, '{}')
  tar.entry({ name: 'Task99_Made/../../imagesTr/out.nii.gz' }, 'out of the folder')
  tar.entry({ name: 'Task99_Made/imagesTr/link.nii.gz', type: 'symlink', linkname: '/etc/passwd' })
  tar.finalize()
  return buffer(tar)
}

/** Serves an archive, and says how often it was asked for. */
async function served(content: Buffer) {
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.url)
    response.writeHead(200, { 'content-length': content.length }).end(content)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/Task99_Made.tar`
  return { asked, place: { archive: url, md5: createHash('md5').update(content).digest('hex'), scans: 3 } }
}

const fetchInto = (out: string, place: Awaited<ReturnType<typeof served>>['place']) =>
  fetchArchive({ name: 'made', files: FILES }, place, out, { pauseSeconds: 0.01, attempts: 2 })

it('unpacks scans, labels and scans without one, and nothing else; the next time it fetches nothing', async () => {
  const { asked, place } = await served(await archive())
  const out = join(root, 'volumes')
  expect(await fetchInto(out, place)).toEqual({ fetched: 5, wasThere: 0, others: [], scans: 3 })
  expect(readdirSync(out, { recursive: true }).map(String).sort()).toEqual(['imagesTr', 'imagesTs', 'labelsTr', ...SCANS].sort())
  for (const name of SCANS) expect(readFileSync(join(out, name), 'utf8')).toBe(`bytes of ${name}`)
  expect(existsSync(join(root, 'imagesTr'))).toBe(false)
  expect(await fetchInto(out, place)).toMatchObject({ fetched: 0, wasThere: 3 })
  expect(asked).toHaveLength(1)
})

it('leaves what is there, and names what is there and differs', async () => {
  const { place } = await served(await archive())
  mkdirSync(join(root, 'imagesTr'))
  writeFileSync(join(root, 'imagesTr/a.nii.gz'), 'bytes of imagesTr/a.nii.gz')
  writeFileSync(join(root, 'imagesTr/b.nii.gz'), 'mine')
  expect(await fetchInto(root, place)).toEqual({ fetched: 3, wasThere: 1, others: [join(root, 'imagesTr/b.nii.gz')], scans: 3 })
  expect(readFileSync(join(root, 'imagesTr/b.nii.gz'), 'utf8')).toBe('mine')
})

it('refuses another archive by its MD5, and one with fewer scans', async () => {
  const { place } = await served(await archive())
  await expect(fetchInto(root, { ...place, md5: '0'.repeat(32) })).rejects.toMatchObject({
    code: 'DUALSEG_DATA',
    message: expect.stringMatching(/^made: MD5 is [0-9a-f]{32}, expected 0{32}/),
  })
  expect(readdirSync(root)).toEqual([])
  await expect(fetchInto(root, { ...place, scans: 4 })).rejects.toThrow(/3 scans are in .*, expected 4/)
})

it('says of a file that is no archive that it cannot be read', async () => {
  const path = join(root, 'none.tar')
  writeFileSync(path, Buffer.alloc(2000, 'x'))
  await expect(unpackArchive(path, root, () => true)).rejects.toMatchObject({
    code: 'DUALSEG_DATA',
    message: expect.stringMatching(/none\.tar cannot be read as a tar archive \(.+\); take it away/),
  })
  writeFileSync(path, (await archive()).subarray(0, 3000))
  await expect(unpackArchive(path, root, () => true)).rejects.toThrow(/cannot be read as a tar archive/)
})
