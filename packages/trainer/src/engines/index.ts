import { cpu } from './cpu'
import { tensorflow } from './tensorflow'
import { torch } from './torch'
import { wasm } from './wasm'

/** Every engine by its name: one line an engine. */
export const ENGINES = {
  torch,
  tensorflow,
  wasm,
  cpu,
}

export type Engines = typeof ENGINES
export type EngineName = keyof Engines

/** All names, for messages and command lines. */
export const ENGINE_NAMES = Object.keys(ENGINES) as EngineName[]

/** What one engine can be told when it is opened. */
export type OptionsOf<Name extends EngineName> = Parameters<Engines[Name]['open']>[0]
