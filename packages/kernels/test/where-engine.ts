import { describe } from 'vitest'
import type { EngineReport } from '../src'

/**
 * What declares tests that need an engine's library. Without one they are skipped, and the title says what is missing; with DUALSEG_PYTHON set
 * they must run.
 */
export function whereEngine({ available, missing }: EngineReport): (title: string, declare: () => void) => void {
  return (title, declare) => {
    if (available || process.env.DUALSEG_PYTHON) describe(title, declare)
    else describe.skip(`${title} (${missing!.what}; ${missing!.howToGet})`, declare)
  }
}
