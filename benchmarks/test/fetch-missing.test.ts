import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'
import { afterAll, afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { gridDataset } from '../src/grid/named-dataset'
import { type OwnDataset, ownDataset, removePristine } from './own-dataset'
import { runMain } from './run-main'

const place = vi.hoisted(() => ({ projectRoot: '' }))
vi.mock('../src/data/project-root', () => place)
vi.setConfig({ testTimeout: 120_000 })

const TERMS = 'Everybody may have them; datasets/own/README.md says whom to cite.'

let own: OwnDataset
beforeEach(async () => {
  vi.stubEnv('DUALSEG_DATA', '')
  own = await ownDataset()
  place.projectRoot = own.root
})
afterEach(() => {
  own.remove()
  vi.unstubAllEnvs()
})
afterAll(removePristine)

/** The data set as an archive on a server of this machine, with one scan more that has no label; here it is taken away. */
async function elsewhere(): Promise<{ url: string; asked: string[] }> {
  const tar = pack()
  for (const id of own.ids) {
    for (const part of ['image', 'label'] as const)
      tar.entry({ name: `Task/${id}/${part}.nii.gz` }, readFileSync(own.file(id, part)))
  }
  tar.entry({ name: 'Task/more/P9.nii.gz' }, readFileSync(own.file('P1', 'image')))
  tar.finalize()
  const content = await buffer(tar)
  rmSync(own.volumes, { recursive: true })
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url!)
    if (request.url === '/Task.tar') response.writeHead(200).end(content)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const md5 = createHash('md5').update(content).digest('hex')
  own.describe({
    files: { image: '{case}/image.nii.gz', label: '{case}/label.nii.gz', unlabelled: 'more/{case}.nii.gz' },
    fetch: { archive: `${url}/gone.tar`, md5, scans: 7, labelled: 6, megabytes: 0.1, terms: TERMS },
  })
  return { url, asked }
}

/** As far as the plan, which has no run: nobody has so many labelled cases. */
const plan = (...args: string[]) =>
  runMain(
    ...['own', '--method', 'supervised', '--labelled', '100', '--engine', 'wasm', '--threads', '1'],
    ...['--runs', join(own.root, 'runs'), ...args],
  )

it('scans that are missing are fetched by the command that trains on them, as it says, and nothing is put in their place', async () => {
  const { url, asked } = await elsewhere()
  expect((await gridDataset('own')).phantomNotice).toContain('For the real ones train: they are fetched then; else put them into')
  const refused = await plan()
  expect(refused).toMatchObject({ code: 3, stdout: '' })
  expect(refused.stderr).toContain(
    `own: the server answered 404 (${url}/gone.tar); nothing was trained. Repeat the command, name a mirror (pnpm bench data fetch own --from <url>), or the folder`,
  )
  for (const word of ['--table', '--dry-run']) await plan(word)
  expect(asked).toEqual(['/gone.tar'])

  const { code, stderr } = await plan('--from', `${url}/Task.tar`)
  expect(stderr).toContain(
    `Own is not here yet: fetching ${url}/Task.tar, 0.1 MB, into ${own.volumes}. ${TERMS} The 1 without labels come with pnpm bench data fetch own.`,
  )
  expect(stderr).toMatch(/--labelled 100|100 labelled/)
  expect(code).not.toBe(0)
  expect(readdirSync(own.volumes).sort()).toEqual(own.ids)

  const again = await plan('--from', `${url}/Task.tar`)
  expect(again.stderr).toContain(`--from is not needed: Own is in ${own.volumes}`)
  expect(asked).toEqual(['/gone.tar', '/Task.tar'])
})

it('goes on with what was interrupted while it was unpacked, and fetches nothing where --data names a folder', async () => {
  const { url, asked } = await elsewhere()
  expect(await plan('--data', own.root)).toMatchObject({ code: 3, stderr: expect.stringContaining('holds no own case') })
  expect(asked).toEqual([])
  expect((await runMain('data', 'fetch', 'own', '--from', `${url}/Task.tar`)).code).toBe(0)
  // As a kill leaves it: the archive is there, some of its scans are not.
  const tar = await (await fetch(`${url}/Task.tar`)).arrayBuffer()
  writeFileSync(join(own.volumes, 'own.tar'), Buffer.from(tar))
  rmSync(join(own.volumes, 'P2'), { recursive: true })
  await plan()
  expect(readdirSync(own.volumes).sort()).toEqual([...own.ids, 'more'])
})
