import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { random } from '@dualseg/kernels/random'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { type CliOutcome, once, runCli } from './cli-process'
import { childrenOf, type GridTools, gridBytes, gridTools, killAfter, RUNS } from './grid-tools'
import { miniatureProject } from './miniature-project'
import { type OwnProject, ownProject } from './own-project'
import { runFolders } from './run-folder'

/** Every start of the program takes seconds, and machines that are shared take their time. */
const PATIENCE = 600_000
const ITERATIONS = 4

let project: OwnProject
let tools: GridTools
/** A grid that nothing disturbed, one run after another. */
let runs: string
let undisturbed: CliOutcome
/** How long it took. */
let wholeMs: number
beforeAll(async () => {
  project = await ownProject()
  tools = gridTools(project, ITERATIONS)
  runs = join(project.root, 'runs')
  const began = Date.now()
  undisturbed = await tools.grid(runs, '--json')
  wholeMs = Date.now() - began
}, PATIENCE)
afterAll(() => project.remove())

const withoutDate = ({ stdout }: CliOutcome, folder: string) => ({
  ...JSON.parse(stdout.replaceAll(JSON.stringify(folder).slice(1, -1), '<runs>')),
  date: '',
})

it(
  'has the same bytes and prints the same when its runs go side by side',
  async () => {
    expect(undisturbed.code, undisturbed.stderr).toBe(0)
    const folder = join(project.root, 'beside')
    const beside = await tools.grid(folder, '--json', '--jobs', '2', '--threads', '1')
    expect(beside.code, beside.stderr).toBe(0)
    expect(beside.stderr).toMatch(/^4 runs, 2 side by side with 1 threads each, about/m)
    expect(withoutDate(beside, folder)).toEqual(withoutDate(undisturbed, runs))
    expect(Object.keys(gridBytes(runs))).toHaveLength(RUNS)
    expect(gridBytes(folder)).toEqual(gridBytes(runs))
  },
  PATIENCE,
)

it(
  'goes on when a run fails, says which and why, and calls its row incomplete',
  async () => {
    const folder = join(project.root, 'failing')
    const stopped = await tools.grid(folder, '--task', '2')
    expect(stopped.code, stopped.stderr).toBe(0)
    const [run] = runFolders(folder)
    expect(run).toContain(join('mt', 'fold0-seed1-'))
    rmSync(join(run!, 'result.json'))
    rmSync(join(run!, 'checkpoint', `it${String(ITERATIONS).padStart(7, '0')}`, 'teacher.safetensors'))
    const { code, stdout, stderr } = await tools.grid(folder, '--jobs', '2')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^mt fold 0 seed 1 failed: .*teacher\.safetensors: it is missing; move .* away/m)
    expect(stdout).toContain('Incomplete: mt has 1 of its 2 runs.')
    expect(stdout).not.toContain('Incomplete: supervised')
    expect(readdirSync(folder, { recursive: true }).filter((path) => String(path).endsWith('result.json'))).toHaveLength(RUNS - 1)
    // What is finished can be had without starting anything.
    const table = await tools.grid(folder, '--table')
    expect(table.code).toBe(1)
    expect(table.stderr).toContain('mt fold 0 seed 1 is not finished (begun)')
    expect(table.stderr).toMatch(/^ {2}mt fold 0 seed 1 .* iterations {2}begun$/m)
    expect(table.stdout).toBe(stdout)
  },
  PATIENCE,
)

it(
  'ends with 143 after SIGTERM and a checkpoint of every run that was going on, and with the same bytes after that',
  async () => {
    const folder = join(project.root, 'terminated')
    const isTraining = () => runFolders(folder).some((run) => existsSync(join(run, 'log.jsonl')))
    const stopped = await tools.grid(folder, '--jobs', '2', once('SIGTERM', isTraining))
    expect(stopped.code, stopped.stderr).toBe(143)
    expect(stopped.stderr).toContain('the same command goes on from there.')
    for (const run of runFolders(folder)) expect(readdirSync(run)).not.toContain('lock')
    const again = await tools.grid(folder, '--jobs', '2', '--json')
    expect(again.code, again.stderr).toBe(0)
    expect(gridBytes(folder)).toEqual(gridBytes(runs))
  },
  PATIENCE,
)

it(
  'has the same bytes after its command and its processes were killed at random moments',
  async () => {
    const folder = join(project.root, 'killed')
    const stream = random(12, 'moments of death', 0, 0)
    // A hundred deaths are a suite of their own.
    for (const target of ['command', 'worker'] as const) {
      const killed = await tools.grid(folder, '--jobs', '2', killAfter(wholeMs * stream.uniform(), target))
      if (killed.signal === undefined && killed.code !== 0) {
        expect(killed.stderr).toMatch(/ was ended by SIGKILL \(by someone, or by the system for want of memory/)
      }
    }
    const last = await tools.grid(folder, '--jobs', '2', '--json')
    expect(last.code, last.stderr).toBe(0)
    expect(withoutDate(last, folder)).toEqual(withoutDate(undisturbed, runs))
    expect(gridBytes(folder)).toEqual(gridBytes(runs))
  },
  PATIENCE,
)

it(
  'says how a process ended that was killed before it was asked for anything',
  async () => {
    const folder = join(project.root, 'early')
    let isDead = false
    const killed = await tools.grid(folder, '--jobs', '2', (child, { stderr }) => {
      const [worker] = childrenOf(child.pid!)
      if (isDead || worker === undefined || !stderr.includes('Checking')) return
      isDead = true
      process.kill(worker, 'SIGKILL')
    })
    expect(killed.code).toBe(1)
    expect(killed.stderr).toMatch(/ was ended by SIGKILL \(by someone, or by the system for want of memory/)
    expect(killed.stderr).not.toContain('birpc')
  },
  PATIENCE,
)

it(
  'is shared by two commands that are started at once: every run is done once',
  async () => {
    const folder = join(project.root, 'shared')
    const both = await Promise.all([tools.grid(folder, '--threads', '1'), tools.grid(folder, '--threads', '1')])
    // Who comes last to a run that the other one still works on says so, and ends with 1.
    for (const { code, stderr } of both) {
      if (code !== 0) expect(stderr).toMatch(/failed: run .* is being worked on by process \d+ on host/)
    }
    expect(both.map(({ code }) => code)).toContain(0)
    expect(gridBytes(folder)).toEqual(gridBytes(runs))
  },
  PATIENCE,
)

it(
  "ablation does the four rows of the paper's Table 3 and has its figures beside them",
  async () => {
    const la = await miniatureProject()
    onTestFinished(() => la.remove())
    const folder = join(la.root, 'ablation')
    const options = ['--iterations', '1', '--labelled', '4', '--data', la.volumes, '--runs', folder]
    const { code, stdout, stderr } = await runCli(la.cli, ['ablation', 'la', ...options])
    expect(code, stderr).toBe(0)
    const rows = stdout.split('\n').filter((line) => line.startsWith('│ dualnet'))
    expect(rows.map((row) => [row.split('│')[1]!.trim(), row.split('│')[8]!.trim()])).toEqual([
      ['dualnet without regularisation', '88.84'],
      ['dualnet without uncertainty', '89.28'],
      ['dualnet (ours)', '90.19'],
      ['dualnet without regularisation, uncertainty', '89.03'],
    ])
    expect(runFolders(folder)).toHaveLength(4)
  },
  PATIENCE,
)
