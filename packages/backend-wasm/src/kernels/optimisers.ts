import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from '../wasm-backend'
import { type KernelCall, type KernelTable, listOf, sizeOf } from './kernel'

/** Values of one task, and 32-bit words of its entry in the table. */
const BLOCK = 16384
const WORDS = 8

/** One parameter: the addresses an entry begins with, in the kernel's order, and how many values they have. */
interface Entry {
  readonly addresses: readonly number[]
  readonly size: number
}

/** Writes the table that tells the tasks what to work on, runs the kernel over it, and frees it. */
function runOver(backend: WasmBackend, name: string, entries: readonly Entry[], args: readonly number[]): void {
  const { heap } = backend.runtime
  const tasks = entries.reduce((sum, { size }) => sum + Math.ceil(size / BLOCK), 0)
  const table = heap.allocate(tasks * WORDS * 4, 'an optimiser step')
  const words = heap.int32(table, tasks * WORDS)
  let at = 0
  for (const { addresses, size } of entries) {
    for (let from = 0; from < size; from += BLOCK) {
      for (const [i, address] of addresses.entries()) words[at + i] = address === 0 ? 0 : address + from * 4
      words[at + WORDS - 1] = Math.min(BLOCK, size - from)
      at += WORDS
    }
  }
  backend.run(name, [table, ...args], tasks)
  heap.release(table)
}

/**
 * Where a step's results go: into the variables themselves, or, if another tensor shares the memory of one of them, into new tensors,
 * which the caller then assigns.
 */
function targetsOf(
  backend: WasmBackend,
  variables: readonly TensorInfo[],
): { targets: readonly TensorInfo[]; results: TensorInfo[] } {
  if (variables.every(({ dataId }) => backend.refCount(dataId) === 1)) return { targets: variables, results: [] }
  const results = variables.map(({ shape }) => backend.allocate(shape))
  return { targets: results, results }
}

function sgdStep(call: KernelCall): TensorInfo[] {
  const { backend, attrs } = call
  const [p, g, v] = [listOf(call, 'p'), listOf(call, 'g'), listOf(call, 'v')]
  const { targets, results } = targetsOf(backend, [...p, ...v])
  const address = (tensor: TensorInfo) => backend.address(tensor)
  const entries = p.map((parameter, i) => ({
    addresses: [parameter, g[i]!, v[i]!, targets[i]!, targets[p.length + i]!].map(address),
    size: sizeOf(parameter.shape),
  }))
  const { learningRate, momentum, weightDecay } = attrs as Record<string, number>
  runOver(backend, 'sgdStep', entries, [learningRate!, momentum!, weightDecay!])
  return results
}

function adamStep(call: KernelCall): TensorInfo[] {
  const { backend, attrs } = call
  const [p, g, m, v] = [listOf(call, 'p'), listOf(call, 'g'), listOf(call, 'm'), listOf(call, 'v')]
  const { targets, results } = targetsOf(backend, [...p, ...m, ...v])
  const n = p.length
  const entries = p.map((parameter, i) => ({
    addresses: [parameter, g[i]!, m[i]!, v[i]!, targets[i]!, targets[n + i]!, targets[2 * n + i]!].map((tensor) =>
      backend.address(tensor),
    ),
    size: sizeOf(parameter.shape),
  }))
  const { learningRate, beta1, beta2, epsilon, step } = attrs as { [name: string]: number } & Record<
    'learningRate' | 'beta1' | 'beta2' | 'epsilon' | 'step',
    number
  >
  const stepSize = learningRate / (1 - beta1 ** step)
  const correction = 1 / Math.sqrt(1 - beta2 ** step)
  runOver(backend, 'adamStep', entries, [stepSize, correction, beta1, 1 - beta1, beta2, 1 - beta2, epsilon])
  return results
}

function emaStep(call: KernelCall): TensorInfo[] {
  const { backend, attrs } = call
  const [t, s] = [listOf(call, 't'), listOf(call, 's')]
  const { targets, results } = targetsOf(backend, t)
  const entries = t.map((teacher, i) => ({
    addresses: [backend.address(teacher), backend.address(s[i]!), 0, backend.address(targets[i]!)],
    size: sizeOf(teacher.shape),
  }))
  const decay = attrs.decay as number
  runOver(backend, 'emaStep', entries, [decay, 1 - decay])
  return results
}

export const OPTIMISER_KERNELS: KernelTable = {
  DualSegSgdStep: sgdStep,
  DualSegAdamStep: adamStep,
  DualSegEmaStep: emaStep,
}
