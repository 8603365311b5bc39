import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const recordFile = z.object({
  submitted: z.string(),
  command: z.string(),
  arrayJob: z.string(),
  reportJob: z.string(),
  dataset: z.string(),
  profile: z.string(),
  protocol: z.string(),
  labelled: z.int(),
  engine: z.string(),
  /** In the order of the tasks. */
  tasks: z.array(z.object({ method: z.string(), without: z.array(z.string()), fold: z.int(), seed: z.int() })),
})

/** `submission.json`: what was sent to the cluster, beside the scripts. */
export type SubmissionRecord = z.infer<typeof recordFile>

/** Folders of submissions lie here. */
export function submissionsFolder(runs: string): string {
  return join(runs, 'slurm')
}

export function writeRecord(folder: string, record: SubmissionRecord): void {
  writeFileSync(join(folder, 'submission.json'), `${JSON.stringify(record, null, 2)}\n`)
}

/** Every submission of a runs folder, oldest first. */
export function readRecords(runs: string): { folder: string; record: SubmissionRecord }[] {
  const root = submissionsFolder(runs)
  if (!existsSync(root)) return []
  return readdirSync(root)
    .sort()
    .map((name) => join(root, name))
    .filter((folder) => existsSync(join(folder, 'submission.json')))
    .map((folder) => ({ folder, record: recordFile.parse(JSON.parse(readFileSync(join(folder, 'submission.json'), 'utf8'))) }))
}
