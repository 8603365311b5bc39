import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import { loadWeights, readSafetensors, type SafetensorsEntry, saveWeights, writeSafetensors } from '@dualseg/models'
import * as tf from '@tensorflow/tfjs-core'
import type { NetworkSet, TrainedNetwork } from '../training/create-networks'
import { readableJson, sha256 } from './canonical-json'
import { syncFolder, writeDurably } from './durable-file'

/** `state.json` of a checkpoint. */
interface CheckpointState {
  /** Training steps done. */
  iteration: number
  configSha256: string
  /** SHA-256 of every file beside it. */
  files: Record<string, string>
}

const COMPLETE = /^it(\d{7})$/

/**
 * Checkpoints of one run: `checkpoint/it<steps done>/` with one `<network>.safetensors` a network (weights and batch-norm statistics,
 * PyTorch's names), `<network>.<memory>.safetensors` for what its optimiser remembers, and `state.json`.
 *
 * A checkpoint is written under another name, brought to the disk and then renamed; only after that are older ones removed. So at every
 * instant there is a complete one, once the first has been written.
 */
export class Checkpoints {
  private readonly folder: string

  constructor(
    runFolder: string,
    private readonly configSha256: string,
  ) {
    this.folder = join(runFolder, 'checkpoint')
  }

  /** Steps done at the newest complete checkpoint, or undefined without one. */
  newest(): number | undefined {
    return this.complete().sort((a, b) => b - a)[0]
  }

  async write(networks: NetworkSet, iteration: number): Promise<void> {
    const name = nameOf(iteration)
    const target = join(this.folder, name)
    // The same steps give the same bits: what is there is this checkpoint.
    if (existsSync(target)) return
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
    const state: CheckpointState = { iteration, configSha256: this.configSha256, files }
    writeDurably(join(beside, 'state.json'), readableJson(state))
    syncFolder(beside)
    renameSync(beside, target)
    syncFolder(this.folder)
    this.removeOthers(name)
  }

  /**
   * Loads the newest checkpoint into networks that were made for the same method.
   *
   * @returns training steps done; 0 if there is none
   * @throws DUALSEG_DATA if a file is missing or was changed, or the checkpoint belongs to another run
   */
  read(networks: NetworkSet): number {
    const newest = this.newest()
    if (newest === undefined) return 0
    const { iteration, bytesOf } = this.open(newest)
    for (const trained of networks.byName.values()) {
      loadWeights(trained.network, bytesOf(`${trained.name}.safetensors`))
      for (const memory of trained.memories) {
        loadMemory(trained, memory.variables, bytesOf(`${trained.name}.${memory.name}.safetensors`))
      }
    }
    // A process that was killed between a rename and its tidying up leaves older ones.
    this.removeOthers(nameOf(newest))
    return iteration
  }

  /**
   * Loads weights alone, of a run that is finished; nothing on the disk changes.
   *
   * @param iterations that the run was to do
   * @throws DUALSEG_DATA as `read`, or if the run was not finished
   */
  readWeights(networks: NetworkSet, iterations: number): void {
    const newest = this.newest()
    if (newest === undefined || newest < iterations) {
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
    const { bytesOf } = this.open(newest)
    for (const { name, network } of networks.byName.values()) loadWeights(network, bytesOf(`${name}.safetensors`))
  }

  /** A checkpoint's files, each tested against its checksum when it is read. */
  private open(iteration: number): { iteration: number; bytesOf(file: string): Uint8Array } {
    const from = join(this.folder, nameOf(iteration))
    const state = JSON.parse(readFileSync(join(from, 'state.json'), 'utf8')) as CheckpointState
    if (state.configSha256 !== this.configSha256 || state.iteration !== iteration) {
      throw dualsegError(
        'DUALSEG_DATA',
        `checkpoint ${from} belongs to another run (${state.configSha256}); move the folder away to start anew`,
      )
    }
    return {
      iteration: state.iteration,
      bytesOf: (file) => {
        const path = join(from, file)
        const expected = state.files[file]
        const bytes = expected !== undefined && existsSync(path) ? readFileSync(path) : undefined
        if (bytes === undefined || sha256(bytes) !== expected) {
          const what = bytes === undefined ? 'is missing' : 'was changed after it was written'
          throw dualsegError('DUALSEG_DATA', `checkpoint: ${path} ${what}; move ${this.folder} away to start this run anew`)
        }
        return bytes
      },
    }
  }

  private removeOthers(name: string): void {
    for (const other of readdirSync(this.folder)) {
      if (other !== name) rmSync(join(this.folder, other), { recursive: true, force: true })
    }
  }

  private complete(): number[] {
    if (!existsSync(this.folder)) return []
    return readdirSync(this.folder).flatMap((name) => {
      const found = COMPLETE.exec(name)
      return found === null ? [] : [Number(found[1])]
    })
  }
}

function nameOf(iteration: number): string {
  return `it${String(iteration).padStart(7, '0')}`
}

async function memoryBytes({ network }: TrainedNetwork, variables: readonly tf.Variable[]): Promise<Uint8Array> {
  const entries = new Map<string, SafetensorsEntry>()
  for (const [i, { name }] of network.parameters.entries()) {
    const variable = variables[i]!
    // A copy: the engine may hand out a view of memory that it goes on using.
    entries.set(name, { shape: [...variable.shape], data: Float32Array.from(await variable.data()) })
  }
  return writeSafetensors(entries, { metadata: { layout: 'engine' } })
}

function loadMemory({ network }: TrainedNetwork, variables: readonly tf.Variable[], bytes: Uint8Array): void {
  const entries = readSafetensors(bytes)
  for (const [i, { name }] of network.parameters.entries()) {
    const entry = entries.get(name)
    const variable = variables[i]!
    if (!(entry?.data instanceof Float32Array) || entry.data.length !== variable.size) {
      throw dualsegError('DUALSEG_DATA', `checkpoint: the optimiser's memory of ${name} does not fit [${variable.shape}]`)
    }
    const loaded = tf.tensor(entry.data, variable.shape)
    variable.assign(loaded)
    loaded.dispose()
  }
}
