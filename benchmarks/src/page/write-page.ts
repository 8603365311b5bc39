import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fileError, makeFolder } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import type { PackedModel } from '@dualseg/trainer'
import type { AboutModel } from './about-model'

/** Where the built page lies: beside the program; from its sources, in `dist`. */
const BUILT = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../dist/page' : './page', import.meta.url))

/** A file of the page and its bytes. */
export interface WrittenFile {
  readonly name: string
  readonly bytes: number
}

/**
 * Writes the page: what was built, the model, and what is said of it. The folder is made beside and moved into place.
 *
 * @param place as `pagePlace` found it
 * @throws DUALSEG_DISK if it cannot be written
 */
export function writePage(place: string, { description, weights }: PackedModel, about: AboutModel): WrittenFile[] {
  if (!existsSync(join(BUILT, 'page.js')))
    throw dualsegError('DUALSEG_DATA', `${BUILT} has no built page; build it first: pnpm build`)
  const beside = `${place}.${process.pid}.part`
  try {
    makeFolder(dirname(place))
    accessSync(dirname(place), constants.W_OK)
    rmSync(beside, { recursive: true, force: true })
    cpSync(BUILT, beside, { recursive: true })
    mkdirSync(join(beside, 'model'))
    writeFileSync(join(beside, 'model', 'model.json'), `${JSON.stringify(description, null, 2)}\n`)
    for (const [name, bytes] of weights) writeFileSync(join(beside, 'model', name), bytes)
    writeFileSync(join(beside, 'about.json'), `${JSON.stringify(about, null, 2)}\n`)
    rmSync(place, { recursive: true, force: true })
    renameSync(beside, place)
  } catch (error) {
    rmSync(beside, { recursive: true, force: true })
    throw fileError(error, { where: '--out: ', path: place, code: 'DUALSEG_DISK' })
  }
  return readdirSync(place, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => ({ name: name.replaceAll('\\', '/'), stat: statSync(join(place, name)) }))
    .filter(({ stat }) => stat.isFile())
    .map(({ name, stat }) => ({ name, bytes: stat.size }))
}
