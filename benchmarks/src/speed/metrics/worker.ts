import { readFile } from 'node:fs/promises'
import { evaluateMask, type Mask } from '@dualseg/metrics'
import { timedRuns } from '../timed-runs'
import type { MetricsReply, MetricsRequest } from './request'

// A process of `bench speed metrics`: one request as JSON in, one line of JSON out. What is timed begins with two arrays and ends with figures.
const { definition, size, timing, ...files } = JSON.parse(process.argv[2]!) as MetricsRequest
try {
  const mask = async (path: string): Promise<Mask> => ({ data: new Uint8Array(await readFile(path)), size })
  const [prediction, reference] = [await mask(files.prediction), await mask(files.reference)]
  let figures = { hd95: Number.NaN, asd: Number.NaN }
  const seconds = await timedRuns(async () => {
    figures = await evaluateMask(prediction, reference, { empty: 'error', definition, spacing: 'voxel' })
  }, timing)
  const { hd95, asd } = figures
  console.log(
    JSON.stringify({ version: `@dualseg/metrics, Node ${process.versions.node}`, seconds, hd95, asd } satisfies MetricsReply),
  )
} catch (error) {
  console.log(JSON.stringify({ error: { message: error instanceof Error ? error.message : String(error) } }))
  process.exitCode = 1
}
