import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { random } from '@dualseg/kernels/random'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliOutcome, type Meddle, once, runCli, type Sight } from './cli-process'
import { type MiniatureProject, miniatureProject } from './miniature-project'
import { type OwnProject, ownProject } from './own-project'
import { checkpointsIn, linesIn, runBytes, runFolders } from './run-folder'

/** Every start of the program takes seconds, and machines that are shared take their time. */
const PATIENCE = 300_000
const ITERATIONS = 8
const LAST = 'it0000008'

let project: OwnProject
/** A run that nothing disturbed, in `runs`. */
let runs: string
let undisturbed: CliOutcome
beforeAll(async () => {
  project = await ownProject()
  runs = join(project.root, 'runs')
  undisturbed = await train(runs, '--json')
}, PATIENCE)
afterAll(() => project.remove())

/** A teacher, unlabelled cases and dropout: all that a resumed run could get wrong. */
function train(folder: string, ...args: (string | Meddle)[]): Promise<CliOutcome> {
  return runCli(
    project.cli,
    [
      ...['own', '--method', 'mt', '--iterations', String(ITERATIONS), '--runs', folder],
      ...args.filter((arg) => typeof arg === 'string'),
    ],
    args.find((arg) => typeof arg === 'function'),
  )
}

it(
  'tests on the way where it is asked to, and the report says what picking a checkpoint would have added',
  async () => {
    const folder = join(project.root, 'tested')
    const two = ['own', '--method', 'supervised', '--no-twins', '--iterations', '2', '--runs', folder]
    const { code, stderr } = await runCli(project.cli, [...two, '--test-every', '1'])
    expect(code, stderr).toBe(0)
    const { stdout } = await runCli(project.cli, ['report', folder, '--json'])
    expect(JSON.parse(stdout).comparisons[0].bestCheckpoints).toEqual([
      { name: 'supervised', runs: 1, tests: 2, gain: expect.any(Number) },
    ])
    const finished = await train(runs, '--test-every', '4')
    expect(finished.stderr).toContain('was finished without --test-every')
  },
  PATIENCE,
)

describe('the Left Atrium', () => {
  let la: MiniatureProject
  beforeAll(async () => {
    la = await miniatureProject()
  })
  afterAll(() => la.remove())

  it(
    'ends with 0, the result on stdout as one stamped JSON object, and all else on stderr; then with its table',
    async () => {
      const folder = join(la.root, 'runs')
      const plan = ['la', '--method', 'mt', '--iterations', '1', '--labelled', '4', '--data', la.volumes, '--runs', folder]
      const { code, stdout, stderr } = await runCli(la.cli, [...plan, '--json'])
      expect(code, stderr).toBe(0)
      expect(JSON.parse(stdout)).toEqual({
        dataset: 'la',
        profile: 'quick-1',
        protocol: 'common',
        labelled: 4,
        distances: 'voxels',
        folds: [0],
        seeds: [1],
        engine: 'wasm, cpu',
        date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
        methods: [
          {
            method: 'mt',
            without: [],
            networks: 1,
            labelledVoxels: 2 * 48 * 48 * 32,
            runs: 1,
            cases: 4,
            predictions: 4,
            emptyPredictions: expect.any(Number),
            dice: { mean: expect.any(Number), sd: expect.any(Number), median: expect.any(Number) },
            jaccard: { mean: expect.any(Number), sd: expect.any(Number), median: expect.any(Number) },
            hd95: { mean: expect.any(Number), sd: expect.any(Number), median: expect.any(Number) },
            asd: { mean: expect.any(Number), sd: expect.any(Number), median: expect.any(Number) },
          },
        ],
        fromUnlabelled: [],
        runs: runFolders(folder),
      })
      for (const words of ['Checking 100 volumes', 'LA · engine wasm', 'mt fold 0 seed 1', '1 runs, about'])
        expect(stderr).toContain(words)
      expect(stderr).not.toContain('phantom')
      expect(stdout + stderr).not.toContain('\u001b')

      const again = await runCli(la.cli, plan)
      expect(again.code, again.stderr).toBe(0)
      const lines = again.stdout.split('\n')
      expect(lines[0]).toMatch(/^la · profile quick-1 · protocol common · 4 labelled · fold 0 · seed 1 · wasm, cpu · \d{4}-/)
      expect(again.stdout).toMatch(/│ mt +│ +\d\.\d{3} ± \d\.\d{3} │/)
      expect(again.stdout).toContain('differences under 0.05 Dice are noise here')
      expect(again.stdout).toContain("The paper's columns are another profile")
      expect(lines.slice(-2)).toEqual(['Runs:', `  ${runFolders(folder)[0]}`])
    },
    PATIENCE,
  )
})

it('leaves the files of a run in a folder that says what it is', () => {
  const [folder, ...others] = runFolders(runs)
  expect(others).toEqual([])
  const { config, sha256 } = JSON.parse(readFileSync(join(folder!, 'config.json'), 'utf8'))
  expect(folder).toBe(join(runs, 'own', 'quick-8', 'mt', `fold0-seed1-${sha256.slice(0, 8)}`))
  expect(config).toMatchObject({ fold: 0, seed: 1, labelledCases: 2, data: { dataset: 'own' }, engine: { name: 'wasm' } })
  expect(readdirSync(folder!).sort()).toEqual([
    'cases.jsonl',
    'checkpoint',
    'config.json',
    'input.json',
    'log.jsonl',
    'provenance.json',
    'result.json',
    'split.json',
  ])
  expect(checkpointsIn(runs)).toEqual([LAST])
  expect(readdirSync(join(folder!, 'checkpoint', LAST)).sort()).toEqual([
    'state.json',
    'student.safetensors',
    'student.velocity.safetensors',
    'teacher.safetensors',
  ])
  expect(linesIn(runs, 'log.jsonl')).toBe(ITERATIONS)
  const cases = readFileSync(join(folder!, 'cases.jsonl'), 'utf8').trim().split('\n')
  expect(cases.map((line) => JSON.parse(line).id)).toEqual(project.testIds)
})

it(
  'finds a finished run, does nothing, and prints the same',
  async () => {
    const [folder] = runFolders(runs)
    const before = runBytes(folder!)
    const { code, stdout, stderr } = await train(runs, '--json')
    expect(code, stderr).toBe(0)
    expect({ ...JSON.parse(stdout), date: '' }).toEqual({ ...JSON.parse(undisturbed.stdout), date: '' })
    expect(stderr).toMatch(/mt fold 0 seed 1: Dice \d\.\d{3} \(was there already\)/)
    expect(runBytes(folder!)).toEqual(before)
    expect(runFolders(runs)).toEqual([folder])
  },
  PATIENCE,
)

it(
  'makes the masks of a finished run from its weights, the same bytes as the run would have written',
  async () => {
    const folder = join(project.root, 'masked')
    cpSync(runs, folder, { recursive: true })
    const planned = await train(folder, '--predictions', '--dry-run')
    expect(planned.stdout).toMatch(/mt fold 0 seed 1 +8 iterations +done; 2 masks, about /)
    const { code, stderr } = await train(folder, '--predictions')
    expect(code, stderr).toBe(0)
    expect(stderr).toMatch(/mt fold 0 seed 1: Dice \d\.\d{3} \(was there already, 2 masks from its weights\)/)
    const fresh = join(project.root, 'fresh')
    expect((await train(fresh, '--predictions')).code).toBe(0)
    const masks = readdirSync(join(runFolders(fresh)[0]!, 'predictions')).sort()
    expect(masks).toEqual(project.testIds.map((id) => `${id}.nii.gz`))
    for (const mask of masks) {
      const [made, written] = [folder, fresh].map((where) => readFileSync(join(runFolders(where)[0]!, 'predictions', mask)))
      expect(made!.equals(written!), mask).toBe(true)
    }

    const table = await train(folder, '--predictions', '--table')
    expect(table).toMatchObject({ code: 2, stderr: expect.stringContaining('leave out one of --table and --predictions') })
  },
  PATIENCE,
)

it(
  'plans what is done as done and what is new as new with --dry-run, and touches nothing',
  async () => {
    const [folder] = runFolders(runs)
    const before = runBytes(folder!)
    const { code, stdout, stderr } = await train(runs, '--dry-run', '--json', '--seed', '1', '--seed=2')
    expect(code, stderr).toBe(0)
    const { runs: planned, seconds } = JSON.parse(stdout)
    expect(planned).toMatchObject([
      { title: 'mt fold 0 seed 1', folder, state: 'done', iterations: ITERATIONS, iterationsLeft: 0, seconds: 0 },
      { title: 'mt fold 0 seed 2', state: 'new', iterations: ITERATIONS, iterationsLeft: ITERATIONS },
    ])
    expect(planned[1].seconds).toBeGreaterThan(0)
    expect(seconds).toBe(planned[1].seconds)
    expect(runFolders(runs)).toEqual([folder])
    expect(existsSync(planned[1].folder)).toBe(false)
    expect(runBytes(folder!)).toEqual(before)
  },
  PATIENCE,
)

it(
  'ends with the same bytes after Ctrl-C and after being killed in training, in a checkpoint and in the test',
  async () => {
    const folder = join(project.root, 'disturbed')
    const stream = random(11, 'moments of death', 0, 0)
    const logged =
      (lines: number) =>
      ({ began }: Sight) =>
        linesIn(folder, 'log.jsonl', began) >= lines

    // Ctrl-C twice: it ends at once, or, where its checkpoint was quicker than the second one, as after a single one.
    const first = once('SIGINT', logged(1))
    const second = once('SIGINT', ({ stderr }) => stderr.includes('Stopping at the next checkpoint'))
    const hasty = await train(folder, (child, sight) => {
      second(child, sight)
      first(child, sight)
    })
    // Node gives a signal's default back while it exits: then the shell, not we, makes 130 of it.
    expect(hasty.signal === 'SIGINT' ? 130 : hasty.code, hasty.stderr).toBe(130)
    expect(hasty.stdout).toBe('')
    expect(hasty.stderr).toContain('Stopping at the next checkpoint; Ctrl-C once more to stop at once.')

    const early = await train(folder, once('SIGKILL', logged(stream.integer(1, 4))))
    expect(early.signal).toBe('SIGKILL')

    const gentle = await train(folder, '--json', once('SIGINT', logged(2)))
    expect(gentle.code, gentle.stderr).toBe(130)
    expect(gentle.stderr).toMatch(/Interrupted after a checkpoint; the same command goes on from there\.$/)
    expect(JSON.parse(gentle.stdout)).toMatchObject({ dataset: 'own', methods: [], runs: [] })
    const [checkpoint] = checkpointsIn(folder)
    expect(checkpoint).toMatch(/^it000000[1-7]$/)

    const saved = Number(checkpoint!.slice(2))
    const late = await train(folder, once('SIGKILL', logged(stream.integer(saved + 1, ITERATIONS + 1))))
    expect(late.signal).toBe('SIGKILL')

    // In the middle of the last checkpoint, or where that is too quick to be seen, right after it.
    const writing = await train(
      folder,
      once('SIGKILL', () => checkpointsIn(folder).some((name) => name.startsWith(LAST))),
    )
    expect(writing.signal).toBe('SIGKILL')

    // As soon as the test has begun: it has two cases, and takes some hundredths of a second.
    const testing = await train(
      folder,
      once('SIGKILL', ({ began }) => {
        const cases = statSync(join(runFolders(folder)[0]!, 'cases.jsonl'), { throwIfNoEntry: false })
        return cases !== undefined && cases.mtimeMs >= began
      }),
    )
    expect(testing.signal).toBe('SIGKILL')
    const [run] = runFolders(folder)
    expect(existsSync(join(run!, 'result.json'))).toBe(false)

    const last = await train(folder, '--json')
    expect(last.code, last.stderr).toBe(0)
    expect(runFolders(folder)).toEqual([run])
    expect(runBytes(run!)).toEqual(runBytes(runFolders(runs)[0]!))
    expect(JSON.parse(last.stdout).methods).toEqual(JSON.parse(undisturbed.stdout).methods)
  },
  PATIENCE,
)

it(
  'ends with 130 when Ctrl-C comes before any run, and leaves nothing',
  async () => {
    const folder = join(project.root, 'before')
    const checking = ({ stderr }: Sight) => stderr.includes('Checking 6 Own cases')
    const { code, stdout, stderr } = await train(folder, once('SIGINT', checking))
    expect({ code, stdout, written: existsSync(folder) }, stderr).toEqual({ code: 130, stdout: '', written: false })
  },
  PATIENCE,
)

it(
  'ends with 1 when a run fails, and says why',
  async () => {
    const folder = join(project.root, 'failing')
    cpSync(runs, folder, { recursive: true })
    const [run] = runFolders(folder)
    rmSync(join(run!, 'result.json'))
    rmSync(join(run!, 'checkpoint', LAST, 'teacher.safetensors'))
    const { code, stdout, stderr } = await train(folder)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(
      /mt fold 0 seed 1 failed: .*teacher\.safetensors: it is missing; move .* away and repeat .*: it trains anew, to the same bits$/,
    )
  },
  PATIENCE,
)
