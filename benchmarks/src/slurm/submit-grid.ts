import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeFolder } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import { asCalled } from '../command-line/as-called'
import { EXIT } from '../command-line/exit-codes'
import type { ReadArguments } from '../command-line/read-arguments'
import type { GridCommand } from '../grid/grid-arguments'
import { lackText } from '../grid/lacking-cases'
import { lacksOfOrder } from '../grid/lacks-of-order'
import { gridDataset } from '../grid/named-dataset'
import { runGrid } from '../grid/run-grid'
import { onlyTask, runsAsked } from '../grid/work-order'
import { beyondProtocol } from '../report/beyond-protocol'
import { arrayScript, reportScript, type Submission } from './scripts'
import { NOT_FOR_TASKS, slurmOptions } from './slurm-arguments'
import { submit } from './slurm-commands'
import { submissionsFolder, writeRecord } from './submission-record'

/** Beside the built command. */
const CLI = fileURLToPath(new URL('./cli.js', import.meta.url))

/** Does the grid here, or sends it to the cluster where `--slurm` says so. */
export async function runOrSubmit(command: GridCommand, words: readonly string[], args: ReadArguments): Promise<number> {
  const options = slurmOptions(args)
  return args.slurm ? submitGrid(command, words, args, options) : runGrid(command)
}

/**
 * Submits a grid as one array job and a report that depends on it, with the scripts left beside their output.
 *
 * Nodes are assumed to see this checkout, Node, the volumes and the runs under the same paths, on a file system that renames and links
 * as a whole and shows what was written once a file is closed.
 *
 * @param words the verb with its positionals, the data set last, e.g. `['la']`
 */
async function submitGrid(
  command: GridCommand,
  words: readonly string[],
  args: ReadArguments,
  options: Submission['options'],
): Promise<number> {
  const { order, json } = command
  const { request } = order
  if (order.engine === 'auto') {
    throw dualsegError(
      'DUALSEG_USAGE',
      '--slurm: name the --engine; nodes may have different ones, and a grid is computed by one.',
    )
  }
  for (const option of ['task', 'table', 'dry-run'] as const) {
    if (args[option]) throw dualsegError('DUALSEG_USAGE', `--slurm and --${option}: choose one of them.`)
  }
  // Scans that are missing are fetched, and folds that are to be drawn are drawn, here and not by all tasks at once.
  const own = await gridDataset(order.dataset)
  await own.fetchMissing?.({ data: order.data, from: command.from })
  const dataset = await own.locate(order.data)
  for (const lack of lacksOfOrder(order, dataset.folds, own)) console.error(lackText(lack))
  const submitted = new Date().toISOString()
  const folder = join(submissionsFolder(request.runs), submitted.replaceAll(/[:.]/g, '-'))
  const program = [process.execPath, '--enable-source-maps', CLI]
  const submission: Submission = {
    name: `dualseg-${[...words.slice(0, -1), own.name].join('-')}`,
    program,
    command: [...program, ...words, ...optionsOf(args)],
    tasks: runsAsked(order),
    folder,
    workingFolder: process.cwd(),
    runs: request.runs,
    options,
    environment: process.env.DUALSEG_DATA ? { DUALSEG_DATA: resolve(process.env.DUALSEG_DATA) } : {},
    withVolumes: request.predictions === true,
    ...(command.threads !== undefined && { threads: command.threads }),
  }
  makeFolder(folder)
  const scripts = { array: join(folder, 'array.sbatch'), report: join(folder, 'report.sbatch') }
  writeFileSync(scripts.array, arrayScript(submission))
  const arrayJob = await submit(scripts.array)
  writeFileSync(scripts.report, reportScript(submission, arrayJob))
  const reportJob = await submit(scripts.report)
  const tasks = Array.from({ length: submission.tasks }, (_, n) => {
    const { arms, folds, seeds, labelled } = onlyTask(order, n)
    return { method: arms[0]!.method, without: [...arms[0]!.without], fold: folds[0]!, seed: seeds[0]!, labelled }
  })
  writeRecord(folder, {
    submitted,
    command: ['bench', ...words, ...optionsOf(args)].join(' '),
    arrayJob,
    reportJob,
    dataset: own.name,
    profile: request.profile.name,
    protocol: request.protocol.name,
    beyond: beyondProtocol(request.protocol),
    engine: order.engine,
    tasks,
  })
  if (json) console.log(JSON.stringify({ arrayJob, reportJob, tasks: submission.tasks, folder, scripts }, null, 2))
  else {
    console.log(
      [
        `Job ${arrayJob}: ${submission.tasks} tasks, one a run; job ${reportJob} reports when they have ended.`,
        `  ${scripts.array}`,
        `  ${scripts.report}`,
        asCalled(`pnpm bench status ${request.runs} shows how far they are.`),
      ].join('\n'),
    )
  }
  return EXIT.done
}

/** The command line once more, for a task: what was given or decided, with absolute paths. */
function optionsOf(args: ReadArguments): string[] {
  return Object.entries(args).flatMap(([name, value]) => {
    if (NOT_FOR_TASKS.has(name) || value === undefined || name === 'dataset') return []
    if (value === true) return [`--${name}`]
    // Alone among flags it may be on without being given.
    if (value === false) return name === 'twins' ? ['--no-twins'] : []
    return [`--${name}`, name === 'runs' || name === 'data' ? resolve(String(value)) : String(value)]
  })
}
