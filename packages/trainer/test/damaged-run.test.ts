import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { random } from '@dualseg/kernels/random'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  checkRun,
  type EngineIdentity,
  faultOf,
  loadRun,
  type RunPlan,
  readFinished,
  readSessions,
  readWholeLog,
  trainRun,
} from '../src'
import { readInput } from '../src/runs/files/input-file'
import { DAMAGES, damage } from './damage'
import { openTestEngine } from './test-engine'
import { runBytes, temporaryFolder, tinyPlan } from './tiny-run'

const ITERATIONS = 4

let engine: EngineIdentity
let root: string
/** A run that nothing disturbed. */
let finished: string
let expected: Record<string, string>
/** The same, stopped at its third iteration; the checkpoint of the second is there as well. */
let begun: string

beforeAll(async () => {
  engine = (await openTestEngine()).identity
  root = mkdtempSync(join(tmpdir(), 'dualseg-damaged-'))
  finished = (await trainRun(await planIn(join(root, 'finished')))).folder
  expected = bitsOf(finished)
  const plan = await planIn(join(root, 'begun'))
  begun = await stoppedAt(plan, 2)
  cpSync(join(begun, 'checkpoint', 'it0000002'), join(root, 'it0000002'), { recursive: true })
  await stoppedAt(plan, 3)
  cpSync(join(root, 'it0000002'), join(begun, 'checkpoint', 'it0000002'), { recursive: true })
  // Of a process that is gone: beyond the largest number that Linux gives out.
  writeFileSync(join(begun, 'lock'), JSON.stringify({ host: hostname(), pid: 2 ** 22 + 1 }))
}, 300_000)
afterAll(() => rmSync(root, { recursive: true, force: true }))

function planIn(runs: string): Promise<RunPlan> {
  return tinyPlan({ method: 'supervised', engine, runs, profile: { iterations: ITERATIONS, stride: [16, 16, 16] } })
}

async function stoppedAt(plan: RunPlan, iteration: number): Promise<string> {
  const controller = new AbortController()
  const { folder } = await trainRun(plan, {
    signal: controller.signal,
    onProgress: (told) => void (told.stage === 'train' && told.iteration === iteration && controller.abort()),
  })
  return folder
}

/** A copy of a run, in the place that its plan gives it. */
async function copyOf(run: string): Promise<{ folder: string; plan: RunPlan }> {
  const runs = temporaryFolder()
  const folder = join(runs, 'tiny', 'tiny', 'supervised', basename(run))
  cpSync(run, folder, { recursive: true })
  return { folder, plan: await planIn(runs) }
}

/** The bits of a run, without what was set aside. */
function bitsOf(folder: string): Record<string, string> {
  const bits = Object.entries(runBytes(folder)).filter(([path]) => !path.includes('.damaged'))
  // A piece that stands twice in JSON, or white space, is another text of the same values.
  return Object.fromEntries(bits.map(([path, text]) => [path, path.endsWith('.json') ? JSON.stringify(JSON.parse(text)) : text]))
}

/** Trains on, and tells what came: the notices of a run that ended with the right bits, or the fault that it was refused with. */
async function resumed({ folder, plan }: { folder: string; plan: RunPlan }): Promise<{ notices: string[]; fault?: string }> {
  const notices: string[] = []
  try {
    await trainRun(plan, { onNotice: (notice) => void notices.push(notice) })
  } catch (error) {
    const fault = faultOf(error)
    if (fault === undefined) throw error
    expect(error).toMatchObject({ code: 'DUALSEG_DATA', message: expect.stringContaining(fault.file) })
    return { notices, fault: relative(folder, fault.file) }
  }
  expect(bitsOf(folder)).toEqual(expected)
  return { notices }
}

const NEWEST = 'checkpoint/it0000003'
const KINDS = Object.keys(DAMAGES)

describe('a run that was stopped', () => {
  // The file, and how the run that finds it damaged ends; a missing one is never missed but for its own checkpoint.
  const FILES = {
    'config.json': 'refused',
    lock: 'refused',
    'input.json': 'goes on',
    'provenance.json': 'goes on',
    [`${NEWEST}/state.json`]: 'goes on',
    [`${NEWEST}/vnet.safetensors`]: 'goes on',
    [`${NEWEST}/vnet.velocity.safetensors`]: 'goes on',
  } as const
  const TABLE = Object.entries(FILES).flatMap(([file, end]) => KINDS.map((kind) => [file, kind, end] as const))

  it.each(TABLE)('whose %s is damaged (%s): it %s', async (file, kind, end) => {
    const run = await copyOf(begun)
    damage(join(run.folder, file), kind)
    const checked = checkRun(run.folder)
    const { notices, fault } = await resumed(run)
    if (kind === 'missing' && !file.startsWith('checkpoint')) {
      expect({ notices, fault }).toEqual({ notices: [] })
    } else if (end === 'refused') {
      expect({ notices, fault }).toEqual({ notices: [], fault: file })
      expect(checked).toMatchObject({ state: 'damaged', faults: [{ file: join(run.folder, file) }] })
    } else {
      expect(fault).toBeUndefined()
      expect(notices).toEqual([expect.stringContaining(`${join(run.folder, file)}: `)])
      expect(checked).toMatchObject({ state: 'resumable', faults: [{ file: join(run.folder, file) }] })
    }
  })

  it.each(KINDS)('whose log is damaged (%s) is refused if there is no checkpoint before the damage', async (kind) => {
    const run = await copyOf(begun)
    damage(join(run.folder, 'log.jsonl'), kind)
    const { fault } = await resumed(run)
    // Half of three lines is enough for no checkpoint.
    expect(fault).toBe('log.jsonl')
    expect(checkRun(run.folder)).toMatchObject({ state: 'damaged', faults: [{ file: join(run.folder, 'log.jsonl') }] })
    // What the message says to do.
    renameSync(join(run.folder, 'checkpoint'), join(run.plan.runs, 'away'))
    expect((await resumed(run)).fault).toBeUndefined()
  })

  it('cuts its log back to the checkpoint, or goes on from an older one where that is what is whole', async () => {
    const run = await copyOf(begun)
    const log = join(run.folder, 'log.jsonl')
    writeFileSync(log, 'junk\0\n{"half', { flag: 'a' })
    expect(await resumed(run)).toEqual({ notices: [] })
    const other = await copyOf(begun)
    const lines = readFileSync(join(other.folder, 'log.jsonl'), 'utf8').split('\n')
    writeFileSync(join(other.folder, 'log.jsonl'), [...lines.slice(0, 2), 'junk', ''].join('\n'))
    const { notices } = await resumed(other)
    expect(notices).toEqual([expect.stringMatching(/log\.jsonl: line 3: it is not JSON.*from its checkpoint of iteration 2/)])
  })

  it('is not stopped by what lies among its checkpoints, and removes nothing that is not its own', async () => {
    const run = await copyOf(begun)
    const checkpoint = join(run.folder, 'checkpoint')
    writeFileSync(join(checkpoint, 'it0000009'), 'stray')
    writeFileSync(join(checkpoint, 'notes.txt'), 'mine')
    const notices: string[] = []
    await trainRun(run.plan, { onNotice: (notice) => void notices.push(notice) })
    expect(notices).toEqual([
      expect.stringMatching(/it0000009.state\.json: a folder above it is a file.*iteration 3, which is whole/),
    ])
    expect(readdirSync(checkpoint).sort()).toEqual(['it0000004', 'notes.txt'])
    expect(readFileSync(join(checkpoint, 'notes.txt'), 'utf8')).toBe('mine')
    rmSync(join(checkpoint, 'notes.txt'))
    expect(bitsOf(run.folder)).toEqual(expected)
  })

  it('is refused with its newest checkpoint where none is whole', async () => {
    const run = await copyOf(begun)
    for (const name of ['it0000002', 'it0000003']) rmSync(join(run.folder, 'checkpoint', name, 'state.json'))
    expect((await resumed(run)).fault).toBe(`${NEWEST}/state.json`)
    expect(checkRun(run.folder).state).toBe('damaged')
  })
})

describe('a run that is finished', () => {
  /** Who refuses it: every other reader works, with the right values. */
  const REFUSED = {
    'config.json': ['train', 'load'],
    'result.json': ['train'],
    'cases.jsonl': ['train'],
    'log.jsonl': ['log'],
    'input.json': ['load'],
    'provenance.json': ['sessions'],
    'checkpoint/it0000004/state.json': ['load'],
    'checkpoint/it0000004/vnet.safetensors': ['load'],
  } as const
  const TABLE = Object.entries(REFUSED).flatMap(([file, by]) =>
    KINDS.filter((kind) => kind !== 'missing').map((kind) => [file, kind, by] as const),
  )

  it.each(TABLE)('whose %s is damaged (%s) is refused by those who need it: %j', async (file, kind, by) => {
    const run = await copyOf(finished)
    damage(join(run.folder, file), kind)
    const readers: Record<string, () => unknown> = {
      train: () => trainRun(run.plan),
      load: async () => (await loadRun(run.folder)).dispose(),
      log: () => readWholeLog(run.folder, ITERATIONS),
      sessions: () => readSessions(run.folder),
    }
    for (const [name, read] of Object.entries(readers)) {
      const error = await Promise.resolve()
        .then(read)
        .then(
          () => undefined,
          (reason: unknown) => reason,
        )
      if ((by as readonly string[]).includes(name)) expect(faultOf(error)?.file, name).toBe(join(run.folder, file))
      else expect(error, name).toBeUndefined()
    }
    const { state, faults } = checkRun(run.folder)
    expect(faults.map((fault) => fault.file)).toEqual([join(run.folder, file)])
    expect(state).toBe(file === 'provenance.json' ? 'whole' : 'damaged')
    for (const { found, remedy } of faults) {
      expect(found).not.toMatch(/ENOENT|EISDIR|ENOTDIR|Unexpected|undefined \(/)
      expect(remedy.length).toBeGreaterThan(10)
    }
  })

  it('is made whole by what the messages say', async () => {
    for (const [file, also] of [
      ['config.json', []],
      ['result.json', []],
      ['cases.jsonl', ['result.json']],
      ['input.json', ['result.json']],
    ] as const) {
      const run = await copyOf(finished)
      damage(join(run.folder, file), 'half')
      for (const name of [file, ...also]) rmSync(join(run.folder, name))
      expect(await resumed(run)).toEqual({ notices: [] })
      expect(checkRun(run.folder)).toMatchObject({ state: 'whole', faults: [] })
    }
  })

  it('is not taken for another whose files were put into it', async () => {
    const run = await copyOf(finished)
    const config = join(run.folder, 'config.json')
    const edited = readFileSync(config, 'utf8').replace('"seed": 1', '"seed": 2')
    writeFileSync(config, edited)
    expect(() => readFinished(run.folder)).toThrow(/config\.json: its configuration was changed: it has the SHA-256 [0-9a-f]{64}/)
    await expect(loadRun(run.folder)).rejects.toThrow('its configuration was changed')
    const other = await trainRun({ ...run.plan, seed: 2 })
    cpSync(join(other.folder, 'config.json'), config)
    expect(() => readFinished(run.folder)).toThrow(/config\.json: it is of run [0-9a-f]{8}, its folder is fold0-seed1-/)
    const again = await copyOf(finished)
    cpSync(join(other.folder, 'result.json'), join(again.folder, 'result.json'))
    expect(() => readFinished(again.folder)).toThrow(/result\.json: it belongs to run/)
    cpSync(join(finished, 'result.json'), join(again.folder, 'result.json'))
    cpSync(join(other.folder, 'cases.jsonl'), join(again.folder, 'cases.jsonl'))
    expect(() => readFinished(again.folder)).toThrow(/result\.json: dice\.mean is [\d.e-]+, config\.json and cases\.jsonl give/)
  })
})

/** Every file below a folder. */
function filesIn(folder: string): string[] {
  return (readdirSync(folder, { recursive: true, encoding: 'utf8' }) as string[])
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort()
}

describe('damage at random', () => {
  const DRAWS = 2000

  it(`in ${DRAWS} draws gives the right values or an error that names the file`, async () => {
    const { folder, plan } = await copyOf(finished)
    const files = filesIn(folder)
    const notices: string[] = []
    const readers = [
      async () => (await trainRun(plan, { onNotice: (notice) => void notices.push(notice) })) as object,
      () => readFinished(folder)!,
      () => readWholeLog(folder, ITERATIONS)!,
      () => readInput(folder)!,
      () => readSessions(folder)!,
    ]
    const right = await Promise.all(readers.map((one) => Promise.resolve().then(one)))
    let named = 0
    for (let draw = 0; draw < DRAWS; draw++) {
      const stream = random(17, 'damage', draw, 0)
      const file = files[stream.integer(0, files.length)]!
      const path = join(folder, file)
      const whole = readFileSync(path)
      writeFileSync(path, damagedBytes(whole, stream))
      notices.length = 0
      let isNamed = false
      for (const [at, one] of readers.entries()) {
        try {
          const value = await one()
          expect(value, `draw ${draw}, ${file}`).toEqual(right[at])
        } catch (error) {
          const fault = faultOf(error)
          if (fault === undefined) throw error
          expect([file, 'result.json'], `draw ${draw}`).toContain(relative(folder, fault.file))
          isNamed = true
        }
      }
      const { faults } = checkRun(folder)
      if (faults.length > 0)
        expect(
          faults.map((fault) => relative(folder, fault.file)),
          `draw ${draw}`,
        ).toContain(file)
      // What nothing needs is written anew, and that is said.
      named += Number(isNamed || faults.length > 0 || notices.some((notice) => notice.includes(path)))
      writeFileSync(path, whole)
    }
    // Some change what is not part of a value, such as white space between values or a file's checksum's name.
    expect(named).toBeGreaterThan(0.9 * DRAWS)
  }, 600_000)

  it('of a run that was stopped ends with its bits, or in an error that names the file', async () => {
    const names = filesIn(begun).filter((file) => file !== 'lock')
    for (let draw = 0; draw < 20; draw++) {
      const run = await copyOf(begun)
      const stream = random(23, 'damage', draw, 0)
      const file = names[stream.integer(0, names.length)]!
      const path = join(run.folder, file)
      writeFileSync(path, damagedBytes(readFileSync(path), stream))
      const { fault } = await resumed(run)
      if (fault !== undefined) expect(fault, `draw ${draw}`).toBe(file)
      rmSync(run.plan.runs, { recursive: true, force: true })
    }
    expect(existsSync(begun)).toBe(true)
  }, 600_000)
})

/** One accident: a bit, a cut, a hole of zeros, a piece twice, or other bytes. */
function damagedBytes(whole: Uint8Array, stream: ReturnType<typeof random>): Uint8Array {
  const at = stream.integer(0, whole.length)
  const to = Math.min(whole.length, at + stream.integer(1, 65))
  const bytes = Uint8Array.from(whole)
  switch (stream.integer(0, 5)) {
    case 0:
      bytes[at]! ^= 1 << stream.integer(0, 8)
      return bytes
    case 1:
      return bytes.subarray(0, at)
    case 2:
      return bytes.fill(0, at, to)
    case 3:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)])
    default:
      for (let i = at; i < to; i++) bytes[i] = stream.integer(0, 256)
      return bytes
  }
}
