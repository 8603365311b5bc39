import { dualsegError, found } from '@dualseg/kernels'
import type { CounterState, FloatState, NetworkBase } from './network'
import { readSafetensors, readSafetensorsMetadata } from './read-safetensors'
import { writeSafetensors } from './write-safetensors'

/**
 * A network's state as a safetensors file that PyTorch loads strictly:
 * `module.load_state_dict(safetensors.torch.load(bytes))`. Batch counters are written as int64 scalars.
 */
export async function saveWeights(network: Pick<NetworkBase<string, unknown>, 'stateDict'>): Promise<Uint8Array> {
  if (typeof network?.stateDict !== 'function') throw noNetwork('saveWeights', network)
  return writeSafetensors(await network.stateDict({ batchCounters: true }))
}

/**
 * Takes a network's state from a safetensors file, written here or by PyTorch; batch counters may be missing.
 *
 * @throws DUALSEG_DATA for a damaged file, DUALSEG_VALUE or DUALSEG_SHAPE if it belongs to another network
 */
export function loadWeights(network: Pick<NetworkBase<string, unknown>, 'loadStateDict'>, bytes: Uint8Array): void {
  if (typeof network?.loadStateDict !== 'function') throw noNetwork('loadWeights', network)
  // loadStateDict refuses the number types that these do not cover.
  network.loadStateDict(readSafetensors(bytes) as ReadonlyMap<string, FloatState | CounterState>)
}

/**
 * The same weights in about half the bytes: kernels (tensors of two axes or more) in half precision, biases, batch-norm parameters and statistics as they are.
 * `loadWeights` takes either. What a network computes from them differs from the third or fourth digit on.
 *
 * @param bytes as `saveWeights` makes them
 * @throws DUALSEG_DATA for a damaged file, DUALSEG_VALUE for a weight beyond half precision (65504)
 */
export function halveWeights(bytes: Uint8Array): Uint8Array {
  const tensors = readSafetensors(bytes)
  const halves = new Set([...tensors].filter(([, { shape }]) => shape.length > 1).map(([name]) => name))
  return writeSafetensors(tensors, { metadata: readSafetensorsMetadata(bytes), halves })
}

function noNetwork(where: string, network: unknown): Error {
  return dualsegError('DUALSEG_VALUE', `${where}: network is ${found(network)}, expected a network of this package`)
}
