import { execFileSync, spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { arrayScript, reportScript, type Submission } from './scripts'

const SUBMISSION: Submission = {
  name: 'dualseg-la',
  program: ['/usr/bin/node', '/a checkout/cli.js'],
  command: ['/usr/bin/node', '/a checkout/cli.js', 'la', '--data', "/the patient's/volumes"],
  tasks: 12,
  folder: '/runs/slurm/x',
  workingFolder: '/home/me',
  runs: '/runs',
  options: { partition: 'gpu', gres: 'gpu:1', time: '1-0' },
  environment: { DUALSEG_DATA: '/data set' },
  withVolumes: false,
}

/** Everything before the first command is for sbatch. */
const directives = (script: string) => script.split('\n').filter((line) => line.startsWith('#SBATCH'))

it('asks for one task a run, requeued, with a warning before the time limit', () => {
  expect(directives(arrayScript(SUBMISSION))).toEqual([
    '#SBATCH --job-name=dualseg-la',
    '#SBATCH --array=0-11',
    '#SBATCH --output=/runs/slurm/x/%a.log',
    '#SBATCH --open-mode=append',
    '#SBATCH --requeue',
    '#SBATCH --signal=B:USR1@120',
    '#SBATCH --chdir=/home/me',
    '#SBATCH --partition=gpu',
    '#SBATCH --gres=gpu:1',
    '#SBATCH --time=1-0',
  ])
})

it('has a report after the array, without a card', () => {
  const script = reportScript(SUBMISSION, '77')
  expect(directives(script)).toContain('#SBATCH --dependency=afterany:77')
  expect(script).not.toContain('gres')
  expect(script).toContain("/usr/bin/node '/a checkout/cli.js' report /runs --html /runs/slurm/x/report --no-volumes")
})

it.runIf(process.platform === 'linux')(
  'runs as bash: every word arrives as it was, and threads are what the task was given',
  () => {
    const script = arrayScript({ ...SUBMISSION, command: ['printf', '%s\\n', "it's", 'two words', '$HOME'] })
    const environment = { PATH: process.env.PATH, SLURM_ARRAY_TASK_ID: '3', SLURM_CPUS_ON_NODE: '5' }
    const run = (more: object) => execFileSync('bash', ['-c', script], { encoding: 'utf8', env: { ...environment, ...more } })
    expect(run({}).trim().split('\n')).toEqual(["it's", 'two words', '$HOME', '--task', '3', '--threads', '5'])
    expect(run({ SLURM_CPUS_PER_TASK: '2' })).toContain('--threads\n2\n')
  },
)

it.runIf(process.platform === 'linux')('queues itself again at the time limit, and not after SIGTERM', () => {
  const waits = arrayScript({ ...SUBMISSION, command: ['bash', '-c', 'trap "exit 143" TERM; while :; do sleep 0.1; done'] })
  const scontrol = 'scontrol() { echo "requeued $2"; }\n'
  const after = (signal: string) => {
    const text = `${scontrol}(sleep 0.7; kill -${signal} $$) &\n${waits}`
    const { stdout, status } = spawnSync('bash', ['-c', text], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, SLURM_JOB_ID: '9' },
    })
    return { stdout, status }
  }
  expect(after('USR1')).toEqual({ stdout: 'requeued 9\n', status: 143 })
  expect(after('TERM')).toEqual({ stdout: '', status: 143 })
})
