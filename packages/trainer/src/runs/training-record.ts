import { join } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import type { NetworkSet } from '../training/create-networks'
import type { TrainingRecord } from '../training/training-plan'
import type { Checkpoints } from './checkpoint'
import { LineLog } from './line-log'

/**
 * Keeps the course of training in a run's folder: `log.jsonl`, a line an iteration, and checkpoints.
 *
 * @param start training steps that the networks have behind them; lines beyond are of a process that was killed, and cut off
 */
export function openTrainingRecord(
  folder: string,
  checkpoints: Checkpoints,
  networks: NetworkSet,
  start: number,
): TrainingRecord & { close(): void } {
  const path = join(folder, 'log.jsonl')
  const { log, lines } = LineLog.open(path, start)
  if (lines.length < start) {
    log.close()
    throw dualsegError(
      'DUALSEG_DATA',
      `${path} has ${lines.length} lines for ${start} iterations; move the folder away to start anew`,
    )
  }
  return {
    append: (line) => log.append(JSON.stringify(line)),
    async checkpoint(iteration) {
      // The log first: a checkpoint must never know of iterations that the log does not.
      log.sync()
      await checkpoints.write(networks, iteration)
    },
    close: () => log.close(),
  }
}
