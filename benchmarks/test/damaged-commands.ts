import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { lockText } from '../../packages/trainer/src/runs/lock/lock-file'
import { DAMAGES, damage } from '../../packages/trainer/test/damage'
import { type OwnDataset, ownDataset, removePristine } from './own-dataset'
import { runBytes, runFolders } from './run-folder'
import { type MainOutcome, runMain } from './run-main'

const LAST = 'checkpoint/it0000001'
const KINDS = Object.keys(DAMAGES)

/**
 * How a grid of two runs goes on whose second run has a damaged file. `fails`: the run fails by the file's name, the other is done; `says`: it ends with the
 * right bits, and the file is named; `silent`: nothing needs the file.
 */
type End = 'fails' | 'says' | 'silent'

/** The second run is finished, or was stopped in its test. */
const GRID: Readonly<Record<'finished' | 'stopped', Readonly<Record<string, End>>>> = {
  finished: {
    'config.json': 'fails',
    'result.json': 'fails',
    'cases.jsonl': 'fails',
    'split.json': 'says',
    'log.jsonl': 'silent',
    'input.json': 'silent',
    'provenance.json': 'silent',
    lock: 'silent',
    [`${LAST}/state.json`]: 'silent',
    [`${LAST}/vnet.safetensors`]: 'silent',
  },
  stopped: {
    'config.json': 'fails',
    lock: 'fails',
    'log.jsonl': 'fails',
    [`${LAST}/state.json`]: 'fails',
    [`${LAST}/vnet.safetensors`]: 'fails',
    [`${LAST}/vnet.velocity.safetensors`]: 'fails',
    'input.json': 'says',
    'split.json': 'says',
    'provenance.json': 'says',
  },
}

/** What `bench predict` refuses a run for. */
const PREDICT_NEEDS = ['config.json', 'input.json', `${LAST}/state.json`, `${LAST}/vnet.safetensors`]

/** What the platform says, and no person should have to read. */
const RAW = /ENOENT|EISDIR|ENOTDIR|Unexpected token|Cannot read prop/

/**
 * Every command that works with a run's weights or goes on with a grid, over damaged files.
 *
 * @param kindsOf the kinds of damage that a row of a table is tried with
 */
export function damagedCommands(
  place: { projectRoot: string },
  kindsOf: (row: number, state: 'finished' | 'stopped') => readonly string[],
): void {
  let own: OwnDataset
  /** Two runs, nothing disturbed. */
  let whole: string
  let runs: string
  let expected: Record<string, string>
  let mask: Buffer

  const grid = (...options: string[]) =>
    runMain(
      ...['own', '--method', 'supervised', '--seed', '1,2', '--iterations', '1', '--threads', '1'],
      ...['--runs', runs, ...options],
    )
  const victim = () => runFolders(runs).find((folder) => folder.includes('seed2'))!
  const out = () => join(own.root, 'out')
  const predict = (folder: string) =>
    runMain('predict', '--run', folder, own.file('P1', 'image'), '--out', out(), '--engine', 'wasm', '--threads', '1')

  beforeAll(async () => {
    vi.stubEnv('DUALSEG_DATA', '')
    own = await ownDataset()
    place.projectRoot = own.root
    runs = join(own.root, 'runs')
    const began = await grid()
    expect(began.code, began.stderr).toBe(0)
    whole = join(own.root, 'whole')
    cpSync(runs, whole, { recursive: true })
    expected = runBytes(victim())
    expect((await predict(victim())).code).toBe(0)
    mask = readFileSync(join(out(), 'image-label.nii.gz'))
  }, 300_000)
  afterAll(() => {
    own.remove()
    removePristine()
    vi.unstubAllEnvs()
  })

  /** The folder as the grid left it, with a lock of a process that is gone. */
  function restore(state: 'finished' | 'stopped'): string {
    for (const folder of [runs, out()]) rmSync(folder, { recursive: true, force: true })
    cpSync(whole, runs, { recursive: true })
    const folder = victim()
    writeFileSync(join(folder, 'lock'), lockText({ host: hostname(), pid: 2 ** 22 + 1 }))
    if (state === 'stopped') for (const file of ['result.json', 'cases.jsonl']) rmSync(join(folder, file))
    return folder
  }

  /** All that was said, without a platform's words. */
  function said({ stdout, stderr }: MainOutcome): string {
    expect(`${stdout}${stderr}`).not.toMatch(RAW)
    return `${stdout}${stderr}`
  }

  const rows = (Object.keys(GRID) as (keyof typeof GRID)[]).flatMap((state) =>
    Object.entries(GRID[state]).map(([file, end]) => ({ state, file, end })),
  )
  const table = rows.flatMap(({ state, file, end }, at) => kindsOf(at, state).map((kind) => [state, file, kind, end] as const))

  describe('a grid', () => {
    it.each(table)('whose %s run has a damaged %s (%s): %s', async (state, file, kind, end) => {
      const folder = restore(state)
      const path = join(folder, file)
      damage(path, kind)
      const check = await runMain('check', runs)
      const isMissed = file.startsWith('checkpoint') || (state === 'stopped' && file === 'log.jsonl') || file === 'cases.jsonl'
      // A line behind the only one that the checkpoint needs is cut off.
      const isBehind = state === 'stopped' && file === 'log.jsonl' && kind === 'a junk line'
      const isDamage = kind === 'missing' ? isMissed : !isBehind
      // Without one it is no run.
      if (isDamage || file === 'config.json')
        expect({ code: check.code, said: said(check) }).toEqual({ code: 3, said: expect.stringContaining(path) })
      else expect(check.code, said(check)).toBe(0)

      const outcome = await grid()
      if (!isDamage || end === 'silent') {
        expect(outcome.code, said(outcome)).toBe(0)
        expect(outcome.stderr).not.toContain(`${path}: `)
      } else if (end === 'says') {
        expect(outcome.code, said(outcome)).toBe(0)
        expect(outcome.stderr).toContain(`${path}: `)
      } else {
        expect(outcome.code, said(outcome)).toBe(1)
        expect(outcome.stderr).toContain(`supervised fold 0 seed 2 failed: ${path}: `)
        expect(outcome.stdout).toContain('Incomplete: supervised has 1 of its 2 runs.')
      }
      if (outcome.code === 0 && end !== 'silent') expect(bitsOf(folder)).toEqual(expected)
    })

    it.each(kindsOf(0, 'finished').length < KINDS.length ? ['half', 'edited'] : KINDS)(
      'whose engine.json is damaged (%s) goes on with the engine of its runs, and says so',
      async (kind) => {
        restore('finished')
        const path = join(runs, 'own', 'quick-1', 'engine.json')
        damage(path, kind)
        const outcome = await grid()
        expect(outcome.code, said(outcome)).toBe(0)
        expect(outcome.stderr).toContain('supervised fold 0 seed 2: Dice')
        if (kind === 'missing') return
        expect(outcome.stderr).toContain(`${path}: `)
        expect(outcome.stderr).toContain('wasm: the engine of the runs that are there')
        expect(existsSync(`${path}.damaged`)).toBe(true)
        expect((await grid('--table')).stderr).toContain("wasm: this grid's engine since")
      },
    )
  })

  const FILES = Object.keys(GRID.finished)
  const predicted = FILES.flatMap((file, at) => kindsOf(at, 'finished').map((kind) => [file, kind] as const))

  describe('bench predict', () => {
    it.each(predicted)('with a run whose %s is damaged (%s)', async (file, kind) => {
      const folder = restore('finished')
      const path = join(folder, file)
      damage(path, kind)
      const outcome = await predict(folder)
      if (PREDICT_NEEDS.includes(file) && (kind !== 'missing' || file !== 'input.json')) {
        expect({ code: outcome.code, said: said(outcome) }).toEqual({ code: 3, said: expect.stringContaining(`${path}: `) })
        expect(existsSync(out())).toBe(false)
        return
      }
      expect(outcome.code, said(outcome)).toBe(0)
      if (file === 'input.json') expect(outcome.stderr).toContain('the run does not say how its volumes were prepared')
      else expect(readFileSync(join(out(), 'image-label.nii.gz'))).toEqual(mask)
    })
  })
}

/** Without what was set aside, and what the tests themselves put there. */
function bitsOf(folder: string): Record<string, string> {
  for (const name of readdirSync(folder)) if (name.includes('.damaged')) rmSync(join(folder, name), { recursive: true })
  return runBytes(folder)
}
