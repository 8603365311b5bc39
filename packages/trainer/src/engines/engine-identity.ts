/** What is part of a run's identity about the engine: all that its bits depend on. */
export interface EngineIdentity {
  readonly name: string
  readonly device: string
  readonly precision: string
  readonly numerics: string
  /** The engine's numeric revision. */
  readonly revision: number
  /** Version of a library outside the package that computes. */
  readonly library?: string
  /** Absent where bits do not depend on it. */
  readonly threads?: number
}
