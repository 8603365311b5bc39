import { readFileSync } from 'node:fs'
import { useEngine } from '@dualseg/trainer'
import { expect } from 'vitest'
import { runStep } from '../src/conformance/step'

const kit: { runs: { method: string; variant: string }[] } = JSON.parse(
  readFileSync(new URL('../fixtures/conformance/step.json', import.meta.url), 'utf8'),
)

/** The kit's runs: method and variant. */
export const STEP_RUNS = kit.runs.map(({ method, variant }) => [method, variant] as const)

export async function expectStepAgrees(method: string, variant: string): Promise<void> {
  await useEngine('wasm', { threads: 1 })
  const results = await runStep(kit, { only: (name, late) => name === method && late === variant })
  expect(results.flatMap(({ failed }) => failed)).toEqual([])
  expect(results.map(({ group, passed, skipped }) => [group, passed, skipped])).toEqual([
    ['step optimizers', 5, undefined],
    [`step ${method} ${variant}`, 2, undefined],
  ])
}
