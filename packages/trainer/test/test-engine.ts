import { type OpenedEngine, useEngine } from '../src'

/** The wasm engine where it is built, else plain JavaScript. One thread: the tests share their machine. */
export async function openTestEngine(): Promise<OpenedEngine> {
  return useEngine('wasm', { threads: 1 })
}
