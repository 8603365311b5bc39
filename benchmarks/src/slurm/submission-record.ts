import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readStored, type StoredFile, sealedJson } from '@dualseg/trainer'
import { z } from 'zod'
import { type RunFault, readEach } from '../report/read-each'

const recordSchema = z.strictObject({
  submitted: z.string(),
  command: z.string(),
  arrayJob: z.string(),
  reportJob: z.string(),
  dataset: z.string(),
  profile: z.string(),
  protocol: z.string(),
  /** What was asked for beyond the protocol, in words. */
  beyond: z.array(z.string()).optional(),
  engine: z.string(),
  /** In the order of the tasks. */
  tasks: z.array(
    z.object({
      method: z.string(),
      without: z.array(z.string()),
      fold: z.int(),
      seed: z.int(),
      labelled: z.union([z.int(), z.literal('all')]),
    }),
  ),
})

/** `submission.json`: what was sent to the cluster, beside the scripts. */
export type SubmissionRecord = z.infer<typeof recordSchema>

const RECORD_FILE: StoredFile<SubmissionRecord> = {
  schema: recordSchema,
  remedy:
    'go on: its runs are shown as any others, and squeue knows its tasks; the command that sent it may be repeated, finished runs end at once',
}

/** Folders of submissions lie here. */
export function submissionsFolder(runs: string): string {
  return join(runs, 'slurm')
}

export function writeRecord(folder: string, record: SubmissionRecord): void {
  writeFileSync(join(folder, 'submission.json'), sealedJson(record))
}

/** Every submission of a runs folder, oldest first; `faults`: those whose record is damaged. */
export function readRecords(runs: string): { records: { folder: string; record: SubmissionRecord }[]; faults: RunFault[] } {
  const root = submissionsFolder(runs)
  if (!existsSync(root) || !statSync(root).isDirectory()) return { records: [], faults: [] }
  const folders = readdirSync(root)
    .sort()
    .map((name) => join(root, name))
  const records: { folder: string; record: SubmissionRecord }[] = []
  const faults = readEach(folders, (folder) => {
    const record = readStored(join(folder, 'submission.json'), RECORD_FILE)
    if (record !== undefined) records.push({ folder, record })
  })
  return { records, faults }
}
