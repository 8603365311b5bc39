import { dualsegError, expectFlag, expectOptions, found } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { CounterState, FloatState, FullStateDict, LoadOptions, NetworkTensor } from './network'
import type { RunningStatistics } from './network-builder'
import { engineShape, toEngineLayout, toTorchLayout } from './tensor-layout'

const COUNTER = '.num_batches_tracked'

/** Parameters and buffers in PyTorch's names, order and layout; with `batchCounters` each batch norm's counter after its variance. */
export async function readState(
  tensors: readonly NetworkTensor[],
  running: readonly RunningStatistics[],
  batchCounters: boolean,
): Promise<FullStateDict> {
  const counters = new Map<tf.Variable, RunningStatistics>(running.map((statistics) => [statistics.variance, statistics]))
  // All reads are issued before anything is awaited, so that they belong to one moment of the training.
  const values = await Promise.all(tensors.map(({ variable }) => variable.data()))
  const state: FullStateDict = new Map()
  for (const [i, { name, variable, torchShape }] of tensors.entries()) {
    const data = toTorchLayout(values[i] as Float32Array, torchShape)
    state.set(name, { shape: [...torchShape], data })
    const counter = batchCounters && counters.get(variable)
    if (counter) state.set(counter.name + COUNTER, { shape: [], data: BigInt64Array.of(counter.batches) })
  }
  return state
}

/** Checks a whole state dict, then takes it over. */
export function writeState(
  where: string,
  tensors: readonly NetworkTensor[],
  running: readonly RunningStatistics[],
  state: ReadonlyMap<string, FloatState | CounterState>,
  options: LoadOptions = {},
): void {
  if (!(state instanceof Map))
    throw dualsegError('DUALSEG_VALUE', `${where}: state is ${found(state)}, expected a Map of names to values`)
  expectOptions(where, options, ['strict'])
  const { strict = true } = options
  expectFlag(where, 'strict', strict)
  const counters = new Map(running.map((statistics) => [statistics.name + COUNTER, statistics]))
  if (strict) checkNames(where, tensors, counters, state)

  const floats: [NetworkTensor, Float32Array][] = []
  for (const tensor of tensors) {
    const entry = state.get(tensor.name)
    if (entry) floats.push([tensor, checkFloats(where, tensor, entry)])
  }
  const counts: [RunningStatistics, bigint][] = []
  for (const [name, statistics] of counters) {
    const entry = state.get(name)
    if (entry) counts.push([statistics, checkCounter(where, name, entry)])
  }

  // From here on nothing can be refused, so an error above left the network as it was.
  tf.tidy(() => {
    for (const [{ variable, torchShape }, data] of floats) {
      variable.assign(tf.tensor(toEngineLayout(data, torchShape), engineShape(torchShape), 'float32'))
    }
  })
  for (const [statistics, batches] of counts) statistics.batches = batches
}

function checkNames(
  where: string,
  tensors: readonly NetworkTensor[],
  counters: ReadonlyMap<string, RunningStatistics>,
  state: ReadonlyMap<string, unknown>,
): void {
  const known = new Set(tensors.map((tensor) => tensor.name))
  const missing = [...known].filter((name) => !state.has(name))
  const unknown = [...state.keys()].filter((name) => !known.has(name) && !counters.has(name))
  if (missing.length + unknown.length === 0) return
  const parts = [
    missing.length > 0 ? `lacks ${some(missing)}` : '',
    unknown.length > 0 ? `has ${some(unknown)}, which this network does not know` : '',
  ].filter(Boolean)
  throw dualsegError(
    'DUALSEG_VALUE',
    `${where}: the state dict ${parts.join(' and ')}; load it into the network it was saved from`,
  )
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ')
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown
}

function checkFloats(where: string, { name, torchShape }: NetworkTensor, entry: FloatState | CounterState): Float32Array {
  checkEntry(where, name, entry)
  if (!(entry.data instanceof Float32Array)) {
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} came as ${found(entry.data)}, expected a Float32Array`)
  }
  const size = torchShape.reduce((product, n) => product * n, 1)
  if (String(entry.shape) !== String(torchShape) || entry.data.length !== size) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: ${name} came as [${entry.shape}] with ${entry.data.length} values, expected [${torchShape}] with ${size}`,
    )
  }
  return entry.data
}

function checkCounter(where: string, name: string, entry: FloatState | CounterState): bigint {
  checkEntry(where, name, entry)
  if (!(entry.data instanceof BigInt64Array)) {
    throw dualsegError('DUALSEG_VALUE', `${where}: ${name} came as ${found(entry.data)}, expected a BigInt64Array`)
  }
  const [count] = entry.data
  if (entry.shape.length !== 0 || entry.data.length !== 1 || count === undefined) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `${where}: ${name} came as [${entry.shape}] with ${entry.data.length} values, expected a scalar`,
    )
  }
  return count
}

function checkEntry(where: string, name: string, entry: FloatState | CounterState): void {
  if (typeof entry === 'object' && entry !== null && Array.isArray(entry.shape)) return
  throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${found(entry)}, expected { shape, data }`)
}
