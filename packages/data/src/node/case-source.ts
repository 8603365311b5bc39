import type { Case } from '../volume'

/** Where cases come from; plain data, so that loading threads can be told. */
export type CaseSource = LaSource | PhantomSource | MemorySource

export interface LaSource {
  kind: 'la'
  /** The folder that holds one folder a case. */
  root: string
  /** SHA-256 (hex) of each case's file; a file that differs is refused. Without it only the chunks' checksums are tested. */
  sha256?: Record<string, string>
}

export interface PhantomSource {
  kind: 'phantom'
  seed: number
}

/** Cases held in memory: tests, and data of one's own. */
export interface MemorySource {
  kind: 'memory'
  cases: Case[]
}
