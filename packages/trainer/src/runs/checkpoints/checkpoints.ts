import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import { loadWeights, saveWeights } from '@dualseg/models'
import type { NetworkSet } from '../../training/create-networks'
import { sha256 } from '../disk/canonical-json'
import { syncFolder, writeDurably } from '../disk/durable-file'
import { type FileFault, faultOf } from '../disk/fault'
import { writeState } from '../files/state-file'
import { checkpointName, checkpointsIn, isCheckpointName, type OpenedCheckpoint, openCheckpoint } from './open-checkpoint'
import { loadMemory, memoryBytes } from './optimiser-memory'

/**
 * Checkpoints of one run: `checkpoint/it<steps done>/` with one `<network>.safetensors` a network (weights and batch-norm statistics,
 * PyTorch's names), `<network>.<memory>.safetensors` for what its optimiser remembers, and `state.json`.
 *
 * A checkpoint is written under another name, brought to the disk and then renamed; only after that are others removed. So at every
 * instant there is a complete one, once the first has been written.
 */
export class Checkpoints {
  private readonly folder: string
  /** Iterations of those that were found damaged. */
  private readonly damaged = new Set<number>()

  constructor(
    runFolder: string,
    private readonly configSha256: string,
  ) {
    this.folder = join(runFolder, 'checkpoint')
  }

  async write(networks: NetworkSet, iteration: number): Promise<void> {
    const name = checkpointName(iteration)
    const target = join(this.folder, name)
    // The same steps give the same bits: what is there is this checkpoint.
    if (existsSync(target) && !this.damaged.has(iteration)) return
    const beside = join(this.folder, `${name}.partial`)
    rmSync(beside, { recursive: true, force: true })
    mkdirSync(beside, { recursive: true })
    const files: Record<string, string> = {}
    const put = (file: string, bytes: Uint8Array) => {
      writeDurably(join(beside, file), bytes)
      files[file] = sha256(bytes)
    }
    for (const trained of networks.byName.values()) {
      put(`${trained.name}.safetensors`, await saveWeights(trained.network))
      for (const memory of trained.memories) {
        put(`${trained.name}.${memory.name}.safetensors`, await memoryBytes(trained, memory.variables))
      }
    }
    writeState(beside, { iteration, configSha256: this.configSha256, files })
    syncFolder(beside)
    if (this.damaged.has(iteration)) rmSync(target, { recursive: true, force: true })
    renameSync(beside, target)
    syncFolder(this.folder)
    this.removeWhere((other) => other !== name)
  }

  /**
   * Loads the newest whole checkpoint into networks that were made for the same method; newer ones that are damaged are passed over.
   *
   * @param prove throws DUALSEG_DATA with a `fault` if what a checkpoint of so many steps needs besides is not whole: the log
   * @returns training steps done, 0 if there is no checkpoint; and why newer ones were passed over
   * @throws DUALSEG_DATA with the newest one's `fault` if there are checkpoints and none is whole
   */
  read(networks: NetworkSet, prove: (iteration: number) => void): { start: number; passedOver: FileFault[] } {
    const passedOver: FileFault[] = []
    let first: unknown
    for (const iteration of checkpointsIn(this.folder)) {
      try {
        const opened = openCheckpoint(this.folder, iteration, this.configSha256)
        prove(iteration)
        this.load(networks, opened)
      } catch (error) {
        const fault = faultOf(error)
        if (fault === undefined) throw error
        this.damaged.add(iteration)
        passedOver.push(fault)
        first ??= error
        continue
      }
      // A process that was killed between a rename and its tidying up leaves older ones. Damaged ones go when the next is written.
      const name = checkpointName(iteration)
      this.removeWhere((other) => other !== name && !this.damaged.has(Number(other.slice(2))))
      return { start: iteration, passedOver }
    }
    if (first !== undefined) throw first
    return { start: 0, passedOver }
  }

  /**
   * Weights alone, of a run that is finished; nothing on the disk changes.
   *
   * @param iterations that the run was to do
   * @returns what reads the safetensors file of a network, and throws DUALSEG_DATA with a `fault` if it is missing or was changed
   * @throws DUALSEG_DATA if the run was not finished, with a `fault` if its checkpoint is damaged
   */
  weights(iterations: number): (network: string) => Uint8Array {
    const there = checkpointsIn(this.folder)
    if (!there.includes(iterations)) {
      const [newest] = there
      const run = dirname(this.folder)
      if (existsSync(join(run, 'result.json'))) {
        throw dualsegError(
          'DUALSEG_DATA',
          `${run} is finished, but its weights are not there (${this.folder}); put them back, or move the run away and repeat it`,
        )
      }
      const found = newest === undefined ? 'has no checkpoint' : `stopped after ${newest} of ${iterations} iterations`
      throw dualsegError('DUALSEG_DATA', `${run} ${found}; the command that began the run goes on with it`)
    }
    const { bytesOf } = openCheckpoint(this.folder, iterations, this.configSha256)
    return (network) => bytesOf(`${network}.safetensors`)
  }

  private load(networks: NetworkSet, { bytesOf }: OpenedCheckpoint): void {
    for (const trained of networks.byName.values()) {
      loadWeights(trained.network, bytesOf(`${trained.name}.safetensors`))
      for (const memory of trained.memories) {
        loadMemory(trained, memory.variables, bytesOf(`${trained.name}.${memory.name}.safetensors`))
      }
    }
  }

  /** Only what checkpoints are named: anything else in the folder is somebody's. */
  private removeWhere(isRemoved: (name: string) => boolean): void {
    for (const name of readdirSync(this.folder)) {
      if (isCheckpointName(name) && isRemoved(name)) rmSync(join(this.folder, name), { recursive: true, force: true })
    }
  }
}
