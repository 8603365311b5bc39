import { dualsegError } from '@dualseg/kernels'
import { readSafetensors, type SafetensorsEntry, writeSafetensors } from '@dualseg/models'
import * as tf from '@tensorflow/tfjs-core'
import type { TrainedNetwork } from '../../training/create-networks'

/** What an optimiser remembers of every parameter, by the parameters' names, as safetensors. */
export async function memoryBytes({ network }: TrainedNetwork, variables: readonly tf.Variable[]): Promise<Uint8Array> {
  const entries = new Map<string, SafetensorsEntry>()
  for (const [i, { name }] of network.parameters.entries()) {
    const variable = variables[i]!
    // A copy: the engine may hand out a view of memory that it goes on using.
    entries.set(name, { shape: [...variable.shape], data: Float32Array.from(await variable.data()) })
  }
  return writeSafetensors(entries, { metadata: { layout: 'engine' } })
}

export function loadMemory({ network }: TrainedNetwork, variables: readonly tf.Variable[], bytes: Uint8Array): void {
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
