/** What a submission's scripts are made of. */
export interface Submission {
  readonly name: string
  /** Words of the command that does the grid, without the task: program first, paths absolute. */
  readonly command: readonly string[]
  /** Words of the program alone. */
  readonly program: readonly string[]
  readonly tasks: number
  /** For scripts and the tasks' output. */
  readonly folder: string
  readonly workingFolder: string
  readonly runs: string
  /** sbatch options by name. */
  readonly options: Readonly<Record<string, string>>
  /** Environment that results depend on. */
  readonly environment: Readonly<Record<string, string>>
  /** Engine threads, where they are not to be all of the task's. */
  readonly threads?: number
  /** Predictions are kept: then the report has something to show in its viewer. */
  readonly withVolumes: boolean
}

/** Seconds before a task's time limit at which it is asked for a checkpoint. */
const BEFORE_LIMIT = 120

/** What the task was given; the shell works it out on the node. */
const THREADS_OF_TASK = `\${SLURM_CPUS_PER_TASK:-\${SLURM_CPUS_ON_NODE:-1}}`

/** The array job: one task a run. */
export function arrayScript(submission: Submission): string {
  const { name, command, tasks, folder, options, threads } = submission
  return `#!/bin/bash
# A grid of runs, one a task. Written by dualseg bench --slurm; \`sbatch\` with this file submits it again, and finished runs end at once.
${header({
  'job-name': name,
  array: `0-${tasks - 1}`,
  output: `${folder}/%a.log`,
  'open-mode': 'append',
  requeue: '',
  signal: `B:USR1@${BEFORE_LIMIT}`,
  chdir: submission.workingFolder,
  ...options,
})}
${environmentLines(submission)}
# Preemption and scancel send SIGTERM, the time limit SIGUSR1 ${BEFORE_LIMIT} seconds ahead. Either way the run writes a checkpoint, from which it
# goes on when the task is queued again: Slurm does that after preemption, and the last lines here at the time limit.
again=no
trap 'kill -TERM "$run" 2>/dev/null' TERM
trap 'again=yes; kill -TERM "$run" 2>/dev/null' USR1
${quoted(command)} --task "$SLURM_ARRAY_TASK_ID" --threads "${threads ?? THREADS_OF_TASK}" &
run=$!
while :; do
  wait "$run"
  code=$?
  kill -0 "$run" 2>/dev/null || break
done
if [ "$again" = yes ] && [ "$code" -ne 0 ]; then scontrol requeue "$SLURM_JOB_ID"; fi
exit "$code"
`
}

/** The job that reports when the array has ended, whatever became of its tasks. */
export function reportScript(submission: Submission, arrayJob: string): string {
  const { name, program, folder, runs, options, withVolumes } = submission
  // A report computes nothing: no card, and one processor.
  const { gres: _, 'cpus-per-task': __, constraint: ___, ...others } = options
  const report = quoted([...program, 'report', runs])
  return `#!/bin/bash
# The report of the runs in ${runs}, when job ${arrayJob} has ended.
${header({
  'job-name': `${name}-report`,
  dependency: `afterany:${arrayJob}`,
  output: `${folder}/report.log`,
  chdir: submission.workingFolder,
  ...others,
})}
${environmentLines(submission)}
${report} --html ${quoted([`${folder}/report`])}${withVolumes ? '' : ' --no-volumes'} && ${report}
`
}

function header(options: Readonly<Record<string, string>>): string {
  return Object.entries(options)
    .map(([name, value]) => `#SBATCH --${name}${value === '' ? '' : `=${value}`}`)
    .join('\n')
}

function environmentLines({ environment }: Submission): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}=${quoted([value])}\n`)
    .join('')
}

/** Words as the shell takes them literally. */
function quoted(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ')
}
