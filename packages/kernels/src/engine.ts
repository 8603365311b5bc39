/**
 * How convolutions are computed. `strict`: sums as accurate as direct ones. `fast`: the fastest algorithm that stays far inside the tolerances of the
 * conformance kit. An engine with one way only takes both for it.
 */
export type Numerics = 'strict' | 'fast'

/** How an engine is opened. */
export interface EngineOptions {
  /** @default what the engine finds best */
  readonly threads?: number
  /** @default the engine's choice */
  readonly numerics?: Numerics
}

/** What an engine found on this machine. */
export interface EngineReport {
  readonly available: boolean
  readonly name: string
  /** Version of the library that computes. */
  readonly version: string
  /** In words, e.g. `cpu, 2 threads` or the name of the card. */
  readonly device: string
  /** True: computes on a graphics card. */
  readonly gpu?: boolean
  readonly threads?: number
  /** What convolutions are computed in, e.g. `float32`, `bfloat16`, `float32 (TF32)`. @default float32 */
  readonly precision?: string
  /** The folder or file of a library that lies outside the package. */
  readonly location?: string
  /** What the last bits of results depend on, besides engine and version: `strict`, `fast`, … Absent where there is no choice. */
  readonly numerics?: string
  /** What a user may want to know, e.g. why only one thread is used. */
  readonly notes: readonly string[]
  /** Only if not available: what was found instead, as a clause, and the command or step that mends it. */
  readonly missing?: { readonly what: string; readonly howToGet: string }
}

/** Something that computes: it registers its kernels with TensorFlow.js under a backend name of its own. */
export interface Engine {
  readonly name: 'wasm' | 'torch' | 'tensorflow' | 'webgpu' | 'cpu'
  /** Looks without changing anything. */
  probe(): Promise<EngineReport>
  /**
   * Registers the engine's kernels and makes its backend the active one.
   *
   * @throws DUALSEG_ENGINE_MISSING in the probe's words
   */
  open(options?: EngineOptions): Promise<EngineReport>
}
