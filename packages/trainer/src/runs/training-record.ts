import { join } from 'node:path'
import type { NetworkSet } from '../training/create-networks'
import type { TrainingRecord } from '../training/training-plan'
import type { Checkpoints } from './checkpoints/checkpoints'
import { LineLog } from './disk/line-log'
import { readOrSetAside } from './disk/set-aside'
import { expectLogBefore } from './files/log-file'

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
  onNotice: (notice: string) => void,
): TrainingRecord & { close(): void } {
  const read = () => expectLogBefore(folder, start)
  // From the start nothing of it is needed, not even that it is a file.
  const bytes = start > 0 ? read() : (readOrSetAside(read, 'a new one is begun', onNotice) ?? 0)
  const log = new LineLog(join(folder, 'log.jsonl'), bytes)
  return {
    append: (line) => log.append(line),
    async checkpoint(iteration) {
      // The log first: a checkpoint must never know of iterations that the log does not.
      log.sync()
      await checkpoints.write(networks, iteration)
    },
    close: () => log.close(),
  }
}
