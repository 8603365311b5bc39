import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockText } from '../../packages/trainer/src/runs/lock/lock-file'
import { DAMAGES, damage } from '../../packages/trainer/test/damage'
import { writeRecord } from '../src/slurm/submission-record'
import { makeRun } from './run-files-made'
import { type MainOutcome, runMain } from './run-main'

let root: string
/** Twenty runs, of which one is damaged: the last one. */
let runs: string
let victim: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'dualseg-damaged-runs-'))
  runs = join(root, 'runs')
  for (const method of ['mt', 'dualnet']) {
    for (let seed = 1; seed <= 10; seed++) {
      victim = makeRun(runs, { method, seed, dice: { A: 0.5 + seed / 100, B: 0.6 }, isSealed: true })
    }
  }
  cpSync(runs, join(root, 'whole'), { recursive: true })
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const COMMANDS = {
  list: () => runMain('list', runs, '--json'),
  status: () => runMain('status', runs, '--json'),
  check: () => runMain('check', runs, '--json'),
  compare: () => runMain('compare', 'dualnet', 'mt', '--runs', runs, '--json'),
  report: () => runMain('report', runs, '--json'),
} as const
type Command = keyof typeof COMMANDS
const ALL = Object.keys(COMMANDS) as Command[]

/** The commands that name the file; each of the others shows all twenty runs as if nothing had been. */
const NAMED_BY: Readonly<Record<string, readonly Command[]>> = {
  'config.json': ALL,
  'result.json': ['list', 'check', 'compare', 'report'],
  'cases.jsonl': ['list', 'check', 'compare', 'report'],
  'log.jsonl': ['check', 'compare', 'report'],
  // Which runs may stand in one table.
  'split.json': ['check', 'compare', 'report'],
  // No figure needs it: the run is shown.
  'provenance.json': ['check', 'compare', 'report'],
}

/** How many runs a command has shown. */
function shown(command: Command, { stdout }: MainOutcome): number {
  const json = JSON.parse(stdout)
  switch (command) {
    case 'list':
      return json.runs.length
    case 'check':
      return json.runs.filter(({ state }: { state: string }) => state !== 'damaged').length
    case 'report':
      return json.comparisons[0].methods.reduce((sum: number, method: { runs: number }) => sum + method.runs, 0)
    default:
      return Number.NaN
  }
}

/** What the platform says, and no person should have to read. */
const RAW = /ENOENT|EISDIR|ENOTDIR|Unexpected token|Cannot read prop/

const TABLE = Object.keys(NAMED_BY).flatMap((file) => Object.keys(DAMAGES).map((kind) => [file, kind] as const))

describe('one of twenty runs', () => {
  it.each(TABLE)('whose %s is damaged (%s) is named, and nineteen are shown', async (file, kind) => {
    const path = join(victim, file)
    damage(path, kind)
    try {
      for (const command of ALL) {
        const outcome = await COMMANDS[command]()
        const { code, stdout, stderr } = outcome
        // Without a result a run is not finished; a missing log or provenance is no damage.
        const isNamed =
          kind === 'missing'
            ? file === 'config.json' || (file === 'cases.jsonl' && NAMED_BY[file]!.includes(command))
            : NAMED_BY[file]!.includes(command)
        // A glance at the log counts its lines.
        const mayBeNamed = command === 'status' && ['a folder', 'unreadable (ELOOP)'].includes(kind)
        expect(`${stdout}${stderr}`).not.toMatch(RAW)
        if (isNamed || (mayBeNamed && code === 3)) {
          expect({ command, code }).toEqual({ command, code: 3 })
          expect(`${stdout}${stderr}`).toContain(path)
        } else {
          expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: '' })
        }
        if (command === 'list' || command === 'check' || command === 'report') {
          const isSpared = file === 'provenance.json' || (kind === 'missing' && file === 'log.jsonl') || !isNamed
          const isUnfinished = kind === 'missing' && file === 'result.json' && command === 'report'
          expect({ command, shown: shown(command, outcome) }).toEqual({ command, shown: isSpared && !isUnfinished ? 20 : 19 })
        }
      }
    } finally {
      rmSync(path, { recursive: true, force: true })
      cpSync(victim.replace(runs, join(root, 'whole')), victim, { recursive: true })
    }
  })

  it.each(Object.keys(DAMAGES))(
    'that is in work, or was, and whose lock is damaged (%s) is named by status and check',
    async (kind) => {
      const [lock, result] = [join(victim, 'lock'), join(victim, 'result.json')]
      rmSync(result)
      writeFileSync(lock, lockText({ host: 'elsewhere', pid: 17 }))
      damage(lock, kind)
      try {
        const status = await runMain('status', runs)
        expect(status.stdout).toContain('19 are done')
        const check = await runMain('check', runs)
        for (const { code, stderr, stdout } of [status, check]) {
          expect(`${stdout}${stderr}`).not.toMatch(RAW)
          expect(code).toBe(kind === 'missing' ? 0 : 3)
          if (kind === 'missing') continue
          expect(`${stdout}${stderr}`).toMatch(
            /lock: .*; nobody can tell who works on the run: if no process does, delete it and repeat/,
          )
        }
      } finally {
        rmSync(lock, { recursive: true, force: true })
        cpSync(join(victim.replace(runs, join(root, 'whole')), 'result.json'), result)
      }
    },
  )
})

describe('one of two submissions to a cluster', () => {
  const record = {
    ...{
      submitted: '2026-01-31T00:00:00Z',
      command: 'bench la --slurm',
      arrayJob: '1',
      reportJob: '2',
      dataset: 'la',
      profile: 'half',
    },
    ...{ protocol: 'common', engine: 'wasm', tasks: [{ method: 'mt', without: [], fold: 0, seed: 1, labelled: 16 }] },
  }

  it.each(Object.keys(DAMAGES))('whose record is damaged (%s) is named by status, and the other is shown', async (kind) => {
    for (const name of ['first', 'second']) {
      mkdirSync(join(runs, 'slurm', name), { recursive: true })
      writeRecord(join(runs, 'slurm', name), { ...record, command: `bench la --slurm --runs ${name}` })
    }
    const path = join(runs, 'slurm', 'first', 'submission.json')
    damage(path, kind)
    try {
      const { code, stdout, stderr } = await runMain('status', runs)
      expect(`${stdout}${stderr}`).not.toMatch(RAW)
      expect(code).toBe(kind === 'missing' ? 0 : 3)
      expect(stdout).toContain('--runs second')
      expect(stdout).not.toContain('--runs first')
      if (kind !== 'missing') expect(stderr).toContain(`${path}: `)
    } finally {
      rmSync(join(runs, 'slurm'), { recursive: true })
    }
  })
})

describe('bench check', () => {
  it('says of every run whether it is whole or resumable, and what it goes without', async () => {
    const folder = mkdtempSync(join(root, 'check-'))
    makeRun(folder, { dice: { A: 0.5 } })
    const begun = makeRun(folder, { seed: 2, dice: { A: 0.5 } })
    rmSync(join(begun, 'result.json'))
    const { code, stdout } = await runMain('check', folder)
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /fold0-seed1-[0-9a-f]{8}: whole\n {2}without input\.json: .*\n {2}without checkpoint: nothing to predict with\n/,
    )
    expect(stdout).toMatch(/fold0-seed2-[0-9a-f]{8}: resumable from iteration 0 of 2: repeat the command that began it\n/)
    expect(stdout.trim().split('\n').at(-1)).toBe('2 runs: 1 whole, 1 resumable')
    expect((await runMain('check', join(folder, 'nowhere'))).code).toBe(3)
    expect((await runMain('check', '--help')).stdout).toContain('pnpm bench check runs/la/quick')
  })

  it('finds the runs whole whose figures are published', async () => {
    const { code, stdout } = await runMain('check', join(import.meta.dirname, '..', 'results'))
    expect({ code, last: stdout.trim().split('\n').at(-1) }).toMatchObject({
      code: 0,
      last: expect.stringMatching(/^(\d+) runs: \1 whole$/),
    })
  })
})
