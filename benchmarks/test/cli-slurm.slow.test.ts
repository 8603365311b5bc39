import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliOutcome, runCli } from './cli-process'
import { gridBytes } from './grid-tools'
import { type MiniatureProject, miniatureProject } from './miniature-project'
import { type OneNodeSlurm, startSlurm, whyNoSlurm } from './one-node-slurm'
import { linesIn } from './run-folder'

/** Daemons, scheduler and five starts of the program. */
const PATIENCE = 900_000
const missing = whyNoSlurm()

describe.skipIf(missing !== undefined)(
  `on a real Slurm of one node${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let project: MiniatureProject
    let cluster: OneNodeSlurm
    beforeAll(async () => {
      project = await miniatureProject()
      cluster = await startSlurm()
    }, PATIENCE)
    afterAll(async () => {
      await cluster?.stop()
      project?.remove()
    })

    const bench = (...words: string[]): Promise<CliOutcome> => runCli(project.cli, words, undefined, cluster.environment)
    const la = (runs: string, ...more: string[]) =>
      bench(
        ...[
          'la',
          '--method',
          'supervised,mt',
          '--iterations',
          '12',
          '--labelled',
          '4',
          '--data',
          project.volumes,
          '--engine',
          'wasm',
        ],
        ...['--runs', runs, '--threads', '1', ...more],
      )
    const status = async (runs: string) => JSON.parse((await bench('status', runs, '--json')).stdout)

    async function until<T>(look: () => T | Promise<T>, what: string): Promise<T> {
      for (const end = Date.now() + PATIENCE / 2; Date.now() < end; await setTimeout(200)) {
        const seen = await look()
        if (seen) return seen
      }
      throw new Error(`waited in vain for ${what}`)
    }

    it(
      'a grid is an array of tasks; one that is requeued in the middle and one that is killed end with the bytes of a local grid, and a report follows',
      async () => {
        const local = join(project.root, 'local')
        expect((await la(local)).code).toBe(0)

        const runs = join(project.root, 'cluster')
        const submitted = await la(runs, '--slurm', '--cpus-per-task', '1', '--json')
        expect(submitted.code, submitted.stderr).toBe(0)
        const { arrayJob, reportJob, tasks, folder, scripts } = JSON.parse(submitted.stdout)
        expect(tasks).toBe(2)
        expect(readFileSync(scripts.array, 'utf8')).toContain('#SBATCH --array=0-1\n')
        expect(readFileSync(scripts.report, 'utf8')).toContain(`#SBATCH --dependency=afterany:${arrayJob}\n`)

        // As a preempted task is: asked to end, and queued again.
        const logged = (method: string) => () => linesIn(join(runs, 'la', 'quick-12', method), 'log.jsonl') >= 2
        await until(logged('mt'), 'the second task to train')
        await cluster.slurm('scontrol', 'requeue', `${arrayJob}_1`)
        const log = join(folder, '1.log')
        await until(
          () => existsSync(log) && readFileSync(log, 'utf8').includes('Stopping at the next checkpoint'),
          'its checkpoint',
        )

        const ended = await until(async () => {
          const [one] = (await status(runs)).submissions
          expect(one).toMatchObject({ arrayJob, reportJob, folder })
          return one.tasks.every(({ state }: { state: string }) => state === 'done') ? one : undefined
        }, 'every task to be done')
        expect(ended.tasks.map(({ title }: { title: string }) => title)).toEqual(['supervised fold 0 seed 1', 'mt fold 0 seed 1'])
        expect(gridBytes(runs)).toEqual(gridBytes(local))
        const provenance = JSON.parse(readFileSync(join(ended.tasks[1].folder, 'provenance.json'), 'utf8'))
        expect(provenance.sessions.length).toBeGreaterThanOrEqual(2)

        const page = join(folder, 'report', 'index.html')
        await until(() => existsSync(page) && readFileSync(join(folder, 'report.log'), 'utf8').includes('| mt'), 'the report')
        const shown = await bench('status', runs)
        expect(shown.stdout).toContain('2 of 2 done')
      },
      PATIENCE,
    )

    it('says what sbatch says when it refuses', async () => {
      const { code, stdout, stderr } = await la(join(project.root, 'refused'), '--slurm', '--partition', 'none')
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toMatch(/^sbatch refused: .*invalid partition specified: none/m)
    })
  },
)
