import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { random } from '@dualseg/kernels/random'
import { laFile } from '../../packages/data/test/la-file'

/** A project folder with its own Left Atrium: a hundred balls in noise, so small that whole runs take seconds. */
export interface MiniatureProject {
  readonly root: string
  /** `<case>/mri_norm2.h5`. */
  readonly volumes: string
  /** The program, built, as it would run in this project. */
  readonly cli: string
  readonly ids: readonly string[]
  /** Cases that fold 0 tests. */
  readonly testIds: readonly string[]
  remove(): void
}

const CASES = 100
/** The references' lists are one block of twenty a fold; four keep the tests of fold 0 short. */
const TEST_CASES = [4, 24, 24, 24, 24]
const SHAPE: [number, number, number] = [24, 21, 24]

export async function miniatureProject(): Promise<MiniatureProject> {
  const root = mkdtempSync(join(tmpdir(), 'dualseg-project-'))
  const volumes = join(root, 'volumes')
  const ids = Array.from({ length: CASES }, (_, index) => `CASE${String(index).padStart(3, '0')}`)
  const lists = join(root, 'datasets', 'la')
  mkdirSync(join(lists, 'folds'), { recursive: true })

  const sums: string[] = []
  for (const [index, id] of ids.entries()) {
    const bytes = await laFile(ballInNoise(index))
    mkdirSync(join(volumes, id), { recursive: true })
    writeFileSync(join(volumes, id, 'mri_norm2.h5'), bytes)
    sums.push(sumLine(id, bytes))
  }
  writeFileSync(join(lists, 'SHA256SUMS'), sums.join(''))

  let at = 0
  for (const [fold, count] of TEST_CASES.entries()) {
    const test = ids.slice(at, at + count)
    at += count
    writeFileSync(join(lists, 'folds', `test${fold}.list`), `${test.join('\n')}\n`)
    writeFileSync(join(lists, 'folds', `train${fold}.list`), `${ids.filter((id) => !test.includes(id)).join('\n')}\n`)
  }

  return {
    root,
    volumes,
    cli: installProgram(root),
    ids,
    testIds: ids.slice(0, TEST_CASES[0]),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

/**
 * The built program, copied so that it takes `root` for its project.
 *
 * @returns path of its entry
 */
export function installProgram(root: string): string {
  // It finds its project from where it lies, and its packages from the checkout.
  const checkout = fileURLToPath(new URL('..', import.meta.url))
  const place = join(root, 'benchmarks')
  mkdirSync(place)
  cpSync(join(checkout, 'dist'), join(place, 'dist'), { recursive: true })
  cpSync(join(checkout, 'package.json'), join(place, 'package.json'))
  symlinkSync(join(checkout, 'node_modules'), join(place, 'node_modules'), 'junction')
  return join(place, 'dist', 'cli.js')
}

/** A line of `SHA256SUMS`. */
export function sumLine(id: string, bytes: Uint8Array): string {
  return `${createHash('sha256').update(bytes).digest('hex')}  ${id}/mri_norm2.h5\n`
}

/** Case `index`, z fastest as in the files. */
export function ballInNoise(index: number): { shape: [number, number, number]; image: Float32Array; label: Uint8Array } {
  const stream = random(3, 'ball in noise', index, 0)
  const [nx, ny, nz] = SHAPE
  const image = stream.fillNormal(new Float32Array(nx * ny * nz), 0, 0.5)
  const label = new Uint8Array(image.length)
  const centre = [stream.integer(9, 15), stream.integer(8, 13), stream.integer(9, 15)] as const
  for (let x = 0, i = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) {
      for (let z = 0; z < nz; z++, i++) {
        label[i] = (x - centre[0]) ** 2 + (y - centre[1]) ** 2 + (z - centre[2]) ** 2 < 50 ? 1 : 0
        image[i]! += 2 * label[i]!
      }
    }
  }
  return { shape: SHAPE, image, label }
}
