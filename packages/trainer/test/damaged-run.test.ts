import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { checkRun, faultOf, loadRun, readFinished, readSessions, readSplit, readWholeLog, trainRun } from '../src'
import { readInput } from '../src/runs/files/input-file'
import { DAMAGES, damage } from './damage'
import { type RunCopy, type RunsToDamage, runsToDamage } from './runs-to-damage'
import { SMALLEST_ITERATIONS } from './smallest-run'

let runs: RunsToDamage
beforeAll(async () => {
  runs = await runsToDamage()
})
afterAll(() => runs.remove())

/** A copy for one test. */
function copyOf(state: 'finished' | 'inTraining' | 'inTest'): RunCopy {
  const copy = runs.copyOf(runs[state])
  onTestFinished(() => copy.remove())
  return copy
}

const NEWEST = 'checkpoint/it0000003'
const LAST = 'checkpoint/it0000004'
const KINDS = Object.keys(DAMAGES)
const NOTHING_SAID = { notices: [] }

describe('a run that was stopped in training', () => {
  // The file, and how the run that finds it damaged ends; a missing one is never missed but for its own checkpoint.
  const FILES = {
    'config.json': 'is refused',
    lock: 'is refused',
    'input.json': 'goes on',
    'split.json': 'goes on',
    'provenance.json': 'goes on',
    [`${NEWEST}/state.json`]: 'goes on',
    [`${NEWEST}/student.safetensors`]: 'goes on',
    [`${NEWEST}/student.velocity.safetensors`]: 'goes on',
    [`${NEWEST}/teacher.safetensors`]: 'goes on',
  } as const
  const TABLE = Object.entries(FILES).flatMap(([file, end]) => KINDS.map((kind) => [file, kind, end] as const))

  it.each(TABLE)('whose %s is damaged (%s): it %s', async (file, kind, end) => {
    const run = copyOf('inTraining')
    const path = join(run.folder, file)
    damage(path, kind)
    const checked = checkRun(run.folder)
    const ending = await runs.resume(run)
    if (kind === 'missing' && !file.startsWith('checkpoint')) {
      expect(ending).toEqual(NOTHING_SAID)
    } else if (end === 'is refused') {
      expect(ending).toEqual({ notices: [], fault: file })
      expect(checked).toMatchObject({ state: 'damaged', faults: [{ file: path }] })
    } else {
      expect(ending).toEqual({ notices: [expect.stringContaining(`${path}: `)] })
      expect(checked).toMatchObject({ state: 'resumable', faults: [{ file: path }] })
    }
  })

  // Where the damage begins after the second line, the second checkpoint has all that it needs.
  const GOES_ON = ['edited']

  it.each(KINDS)('whose log.jsonl is damaged (%s) is refused if there is no whole checkpoint before the damage', async (kind) => {
    const run = copyOf('inTraining')
    const path = join(run.folder, 'log.jsonl')
    damage(path, kind)
    const isSpared = GOES_ON.includes(kind)
    expect(checkRun(run.folder)).toMatchObject({ state: isSpared ? 'resumable' : 'damaged', faults: [{ file: path }] })
    if (isSpared) {
      expect(await runs.resume(run)).toEqual({ notices: [expect.stringContaining(`${path}: line 3: `)] })
      return
    }
    expect(await runs.resume(run)).toEqual({ notices: [], fault: 'log.jsonl' })
    // What the message says to do.
    renameSync(join(run.folder, 'checkpoint'), join(run.plan.runs, 'away'))
    expect((await runs.resume(run)).fault).toBeUndefined()
  })

  it('cuts its log back to the checkpoint, or goes on from an older one where that is what is whole', async () => {
    for (const state of ['inTraining', 'inTest'] as const) {
      const run = copyOf(state)
      writeFileSync(join(run.folder, 'log.jsonl'), 'junk\0\n{"half', { flag: 'a' })
      expect(await runs.resume(run), state).toEqual(NOTHING_SAID)
    }
    const other = copyOf('inTraining')
    const log = join(other.folder, 'log.jsonl')
    const lines = readFileSync(log, 'utf8').split('\n')
    writeFileSync(log, [...lines.slice(0, 2), 'junk', ''].join('\n'))
    const { notices } = await runs.resume(other)
    expect(notices).toEqual([expect.stringMatching(/log\.jsonl: line 3: it is not JSON.*from its checkpoint of iteration 2/)])
  })

  it('is not stopped by what lies among its checkpoints, and removes nothing that is not its own', async () => {
    const run = copyOf('inTraining')
    const checkpoint = join(run.folder, 'checkpoint')
    writeFileSync(join(checkpoint, 'it0000009'), 'stray')
    mkdirSync(join(checkpoint, 'it0000008'))
    // Torn: its networks are there, what says so is not.
    cpSync(join(checkpoint, 'it0000003'), join(checkpoint, 'it0000007'), { recursive: true })
    rmSync(join(checkpoint, 'it0000007', 'state.json'))
    writeFileSync(join(checkpoint, 'notes.txt'), 'mine')
    const notices: string[] = []
    await trainRun(run.plan, { onNotice: (notice) => void notices.push(notice) })
    expect(notices).toEqual([
      expect.stringMatching(/it0000009.state\.json: a folder above it is a file.*iteration 3, which is whole/),
      expect.stringMatching(/it0000008.state\.json: it is missing.*iteration 3, which is whole/),
      expect.stringMatching(/it0000007.state\.json: it is missing.*iteration 3, which is whole/),
    ])
    expect(readdirSync(checkpoint).sort()).toEqual(['it0000004', 'notes.txt'])
    expect(readFileSync(join(checkpoint, 'notes.txt'), 'utf8')).toBe('mine')
    rmSync(join(checkpoint, 'notes.txt'))
    expect(await runs.resume(run)).toEqual(NOTHING_SAID)
  })

  it('is refused where its checkpoints are no folder, stopped or finished', async () => {
    for (const kind of ['half', 'unreadable (ELOOP)']) {
      for (const state of ['inTraining', 'finished'] as const) {
        const run = copyOf(state)
        const path = join(run.folder, 'checkpoint')
        rmSync(path, { recursive: true })
        writeFileSync(path, 'once a folder')
        damage(path, kind)
        expect(checkRun(run.folder), kind).toMatchObject({ state: 'damaged', faults: [{ file: path }] })
        const error: unknown = await (state === 'finished' ? runs.predict(run.folder) : trainRun(run.plan)).catch(
          (reason: unknown) => reason,
        )
        expect(faultOf(error), kind).toMatchObject({ file: path })
      }
    }
  })

  it('is refused with its newest checkpoint where none is whole', async () => {
    const run = copyOf('inTraining')
    for (const name of ['it0000002', 'it0000003']) rmSync(join(run.folder, 'checkpoint', name, 'state.json'))
    expect((await runs.resume(run)).fault).toBe(`${NEWEST}/state.json`)
    expect(checkRun(run.folder).state).toBe('damaged')
  })
})

describe('a run that was stopped in its test', () => {
  // Of the only checkpoint there is.
  const FILES = { 'cases.jsonl': 'goes on', [`${LAST}/state.json`]: 'is refused', [`${LAST}/student.safetensors`]: 'is refused' }
  const TABLE = Object.entries(FILES).flatMap(([file, end]) => KINDS.map((kind) => [file, kind, end] as const))

  it.each(TABLE)('whose %s is damaged (%s): it %s', async (file, kind, end) => {
    const run = copyOf('inTest')
    const path = join(run.folder, file)
    damage(path, kind)
    const checked = checkRun(run.folder)
    const ending = await runs.resume(run)
    if (end === 'is refused') {
      expect(ending).toEqual({ notices: [], fault: file })
      expect(checked).toMatchObject({ state: 'damaged', faults: [{ file: path }] })
      // What the message says to do.
      expect(faultOf(await trainRun(run.plan).catch((error: unknown) => error))!.remedy).toContain(
        `move ${dirname(dirname(path))} away`,
      )
      rmSync(join(run.folder, 'checkpoint'), { recursive: true })
      expect((await runs.resume(run)).fault).toBeUndefined()
    } else {
      // A file that a killed process left: nothing was tested yet, or not to its end.
      const isSilent = ['missing', 'empty', 'half', 'null'].includes(kind)
      expect(ending).toEqual({ notices: isSilent ? [] : [expect.stringContaining(`${path}: `)] })
      expect(checked).toMatchObject({ state: 'resumable', faults: isSilent ? [] : [{ file: path }] })
    }
  })
})

describe('a run that is finished', () => {
  /** Who refuses it: every other reader works, with the right values. */
  const REFUSED = {
    'config.json': ['train', 'result', 'predict'],
    'result.json': ['train', 'result'],
    'cases.jsonl': ['train', 'result'],
    'log.jsonl': ['log'],
    'input.json': ['predict', 'input'],
    'split.json': ['split'],
    'provenance.json': ['sessions'],
    [`${LAST}/state.json`]: ['predict'],
    [`${LAST}/student.safetensors`]: ['predict'],
  } as const
  const MISSED: Readonly<Record<string, readonly string[]>> = {
    // The command that began the run writes it again.
    'config.json': ['result', 'predict'],
    'cases.jsonl': ['train', 'result'],
    [`${LAST}/state.json`]: ['predict'],
    [`${LAST}/student.safetensors`]: ['predict'],
  }
  const TABLE = Object.entries(REFUSED).flatMap(([file, by]) =>
    KINDS.map((kind) => [file, kind, kind === 'missing' ? (MISSED[file] ?? []) : by] as const),
  )

  it.each(TABLE)('whose %s is damaged (%s) is refused by those who need it: %j', async (file, kind, by) => {
    const run = copyOf('finished')
    const path = join(run.folder, file)
    damage(path, kind)
    const { state, faults } = checkRun(run.folder)
    const readers: Record<string, () => unknown> = {
      result: () => readFinished(run.folder),
      log: () => readWholeLog(run.folder, SMALLEST_ITERATIONS),
      input: () => readInput(run.folder),
      split: () => readSplit(run.folder),
      sessions: () => readSessions(run.folder),
      predict: () => runs.predict(run.folder),
      // The last: it makes anew what it can.
      train: () => trainRun(run.plan, { onNotice: () => undefined }),
    }
    for (const [name, read] of Object.entries(readers)) {
      const error = await Promise.resolve()
        .then(read)
        .then(
          () => undefined,
          (reason: unknown) => reason,
        )
      if ((by as readonly string[]).includes(name)) expect(faultOf(error)?.file, name).toBe(path)
      else expect(error, name).toBeUndefined()
    }
    // What is only missing was not kept.
    const isNamed = kind !== 'missing' || by.length > 0
    expect(faults.map((fault) => fault.file)).toEqual(isNamed ? [path] : [])
    if (kind !== 'missing') expect(state).toBe(file === 'provenance.json' ? 'whole' : 'damaged')
    for (const { found, remedy } of faults) {
      expect(found).not.toMatch(/ENOENT|EISDIR|ENOTDIR|Unexpected|undefined \(/)
      expect(remedy.length).toBeGreaterThan(10)
    }
  })

  it('is none the worse for a damaged lock: it needs nobody’s leave', async () => {
    for (const kind of KINDS.filter((one) => one !== 'missing')) {
      const run = copyOf('finished')
      cpSync(join(runs.inTest, 'lock'), join(run.folder, 'lock'))
      damage(join(run.folder, 'lock'), kind)
      expect(checkRun(run.folder).faults, kind).toMatchObject([{ file: join(run.folder, 'lock') }])
      expect(await trainRun(run.plan), kind).toMatchObject({ status: 'done', ran: false })
      await runs.predict(run.folder)
    }
  })

  it('is made whole by what the messages say', async () => {
    for (const [file, also] of [
      ['config.json', []],
      ['result.json', []],
      ['cases.jsonl', ['result.json']],
      ['input.json', ['result.json']],
      ['split.json', []],
      ['log.jsonl', ['checkpoint', 'result.json']],
      [`${LAST}/state.json`, ['checkpoint', 'result.json']],
    ] as const) {
      const run = copyOf('finished')
      damage(join(run.folder, file), 'half')
      for (const name of [file, ...also]) rmSync(join(run.folder, name), { recursive: true })
      expect(await runs.resume(run), file).toEqual(NOTHING_SAID)
      expect(checkRun(run.folder), file).toMatchObject({ state: 'whole', faults: [] })
    }
  })

  it('is not taken for another whose files were put into it', async () => {
    const run = copyOf('finished')
    const config = join(run.folder, 'config.json')
    writeFileSync(config, readFileSync(config, 'utf8').replace('"seed": 1', '"seed": 2'))
    expect(() => readFinished(run.folder)).toThrow(/config\.json: its configuration was changed: it has the SHA-256 [0-9a-f]{64}/)
    await expect(loadRun(run.folder)).rejects.toThrow('its configuration was changed')
    const other = await trainRun({ ...run.plan, seed: 2 })
    cpSync(join(other.folder, 'config.json'), config)
    expect(() => readFinished(run.folder)).toThrow(/config\.json: it is of run [0-9a-f]{8}, its folder is fold0-seed1-/)
    const again = copyOf('finished')
    cpSync(join(other.folder, 'result.json'), join(again.folder, 'result.json'))
    expect(() => readFinished(again.folder)).toThrow(/result\.json: it belongs to run/)
    cpSync(join(runs.finished, 'result.json'), join(again.folder, 'result.json'))
    cpSync(join(other.folder, 'cases.jsonl'), join(again.folder, 'cases.jsonl'))
    expect(() => readFinished(again.folder)).toThrow(/result\.json: dice\.mean is [\d.e-]+, config\.json and cases\.jsonl give/)
  })
})
