import type { WasmBackend } from '../wasm-backend'

/** Kernels read a tensor [.., channels] as lines of this many values: whole groups of sixteen that start at channel 0. */
export function lanesOf(channels: number): number {
  let lanes = channels
  while (lanes % 16 !== 0) lanes += channels
  return lanes
}

/** Values of one task: whole lines, about 128 KB, from the channel count alone so that sums do not depend on the machine. */
export function chunkOf(lanes: number): number {
  return lanes * Math.max(1, Math.floor(32768 / lanes))
}

export interface Lines {
  readonly address: number
  readonly lanes: number
  readonly chunk: number
  release(): void
}

/** A vector of channels at `address`, repeated to a whole line. */
export function linesOf(backend: WasmBackend, address: number, channels: number): Lines {
  const { heap } = backend.runtime
  const lanes = lanesOf(channels)
  const line = heap.allocate(lanes * 4, 'a line of channels')
  const vector = heap.float32(address, channels)
  const values = heap.float32(line, lanes)
  for (let lane = 0; lane < lanes; lane += channels) values.set(vector, lane)
  return { address: line, lanes, chunk: chunkOf(lanes), release: () => heap.release(line) }
}
