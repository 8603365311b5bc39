import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { laFile } from '../../packages/data/test/la-file'
import { ballInNoise, type MiniatureProject, miniatureProject, sumLine } from './miniature-project'
import { runMain } from './run-main'

// The program looks for lists and checksums in the project it belongs to.
const place = vi.hoisted(() => ({ projectRoot: '' }))
vi.mock('../src/data/project-root', () => place)

let project: MiniatureProject
let runs: string
beforeAll(async () => {
  project = await miniatureProject()
  place.projectRoot = project.root
})
afterAll(() => project.remove())
beforeEach(() => {
  runs = join(project.root, 'runs')
  vi.stubEnv('DUALSEG_DATA', '')
  return () => {
    vi.unstubAllEnvs()
    rmSync(runs, { recursive: true, force: true })
  }
})

const la = (...args: string[]) =>
  runMain('la', '--method', 'supervised', '--iterations', '1', '--labelled', '2', '--runs', runs, '--threads', '1', ...args)

const fileOf = (id: string) => join(project.volumes, id, 'mri_norm2.h5')

/** Another content for a file, for the length of one test. */
function replace(file: string, content: Uint8Array | string): void {
  const before = readFileSync(file)
  onTestFinished(() => writeFileSync(file, before))
  writeFileSync(file, content)
}

/** Data that cannot be used: exit code 3 with these words, no result, and nothing written. */
async function expectRefusal(words: RegExp, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await la(...args)
  expect(stderr).toMatch(words)
  expect({ code, stdout, written: existsSync(runs) }).toEqual({ code: 3, stdout: '', written: false })
  return stderr
}

describe('a place that is named and holds no case', () => {
  it('is not passed over, whether --data or DUALSEG_DATA names it', async () => {
    const nowhere = join(project.root, 'nowhere')
    await expectRefusal(/^--data: .*nowhere holds no LA case; expected .*mri_norm2\.h5/, '--data', nowhere)
    vi.stubEnv('DUALSEG_DATA', nowhere)
    await expectRefusal(/^DUALSEG_DATA: .*nowhere holds no LA case/)
  })

  it('is not passed over if it is a folder of other things', async () => {
    const other = join(project.root, 'other')
    mkdirSync(join(other, 'CASE000'), { recursive: true })
    writeFileSync(join(other, 'mri_norm2.h5'), 'not in a folder of its own')
    await expectRefusal(/^--data: .*other holds no LA case/, '--data', other)
  })
})

describe('data that are incomplete or wrong', () => {
  it('are refused with the case that is missing', async () => {
    const { volumes, root } = project
    renameSync(join(volumes, 'CASE042'), join(root, 'CASE042'))
    onTestFinished(() => renameSync(join(root, 'CASE042'), join(volumes, 'CASE042')))
    await expectRefusal(
      /1 of 100 LA cases in .*volumes are missing or wrong \(datasets\/la\/README\.md says how to get them\):\n {2}LA case CASE042: .*mri_norm2\.h5 is not there; look for another spelling/,
      '--data',
      volumes,
    )
  })

  it('are refused with the case of which one byte changed', async () => {
    const bytes = readFileSync(fileOf('CASE007'))
    bytes[bytes.length >> 1]! ^= 1
    replace(fileOf('CASE007'), bytes)
    await expectRefusal(
      /1 of 100 LA cases in .* are missing or wrong .*:\n {2}LA case CASE007: SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64}; get the file again/,
      '--data',
      project.volumes,
    )
  })

  it('are refused with the voxel whose label is neither 0 nor 1, although the checksum is right', async () => {
    const made = ballInNoise(7)
    made.label[1000] = 2
    const bytes = await laFile(made)
    const sums = join(project.root, 'datasets', 'la', 'SHA256SUMS')
    replace(fileOf('CASE007'), bytes)
    replace(sums, readFileSync(sums, 'utf8').replace(/^.*CASE007.*\n/m, sumLine('CASE007', bytes)))
    await expectRefusal(/LA case CASE007: label voxel \d+ is 2, expected only 0 and 1/, '--data', project.volumes)
  })

  it('are all counted and some named', async () => {
    const spoilt = project.ids.slice(10, 18)
    for (const id of spoilt) replace(fileOf(id), 'spoilt')
    const stderr = await expectRefusal(/8 of 100 LA cases/, '--data', project.volumes)
    for (const id of spoilt.slice(0, 5)) expect(stderr).toContain(`LA case ${id}: SHA-256 is `)
    expect(stderr).toContain('… and 3 more')
    // Once, and not both by the progress and by the command.
    expect(stderr.match(/8 of 100 LA cases/g)).toHaveLength(1)
  })

  it('are refused for bench audit too', async () => {
    const { code, stderr } = await runMain('audit', '--data', join(project.root, 'nowhere'))
    expect(code).toBe(3)
    expect(stderr).toMatch(/^--data: .*nowhere holds no LA case/)
  })

  it('are a folder that bench conformance cannot read', async () => {
    const nowhere = await runMain('conformance', join(project.root, 'nowhere'))
    expect(nowhere).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('nowhere cannot be read; give a folder'),
    })
    const empty = await runMain('conformance', project.volumes)
    expect(empty).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('holds no .json file') })
    writeFileSync(join(project.root, 'losses.json'), '{')
    const broken = await runMain('conformance', project.root)
    expect(broken).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('losses.json is not readable JSON') })
  })
})

describe('--dry-run', () => {
  it('verifies the data, prints the plan, and writes nothing', async () => {
    writeFileSync(join(project.volumes, 'README.txt'), 'stray files are ignored')
    const { code, stdout, stderr } = await la('--data', project.volumes, '--dry-run', '--seed', '1,2')
    expect(stderr).toContain('Checking 100 volumes in')
    expect(stderr).toContain('100 present, checksums, shapes and labels right')
    expect(stdout).toMatch(/^LA · engine wasm /)
    expect(stdout).toMatch(/^ {2}supervised fold 0 seed 1 +1 iterations {2}about /m)
    expect(stdout).toMatch(/^ {2}supervised fold 0 seed 2 +1 iterations {2}about /m)
    expect(stdout).toMatch(/^2 runs, about .* \(from a few measured steps of each method\)$/m)
    expect({ code, written: existsSync(runs) }).toEqual({ code: 0, written: false })
  })

  it('is one JSON object with --json, from <root>/la as well', async () => {
    const root = join(project.root, 'root')
    mkdirSync(root)
    renameSync(project.volumes, join(root, 'la'))
    onTestFinished(() => renameSync(join(root, 'la'), project.volumes))
    vi.stubEnv('DUALSEG_DATA', root)
    const { code, stdout, stderr } = await la('--dry-run', '--json')
    expect({ code, written: existsSync(runs) }, stderr).toEqual({ code: 0, written: false })
    const plan = JSON.parse(stdout)
    expect(plan).toMatchObject({
      runs: [{ title: 'supervised fold 0 seed 1', state: 'new', iterations: 1, iterationsLeft: 1, seconds: expect.any(Number) }],
    })
    expect(plan.runs[0].folder.startsWith(join(runs, 'la', 'quick-1', 'supervised', 'fold0-seed1-'))).toBe(true)
  })
})
