import { readFileSync } from 'node:fs'
import { useEngine } from '@dualseg/trainer'
import { beforeAll, describe, expect, it } from 'vitest'
import { runStep } from '../src/conformance/step'

const kit: { runs: { method: string; variant: string }[] } = JSON.parse(
  readFileSync(new URL('../fixtures/conformance/step.json', import.meta.url), 'utf8'),
)

describe('two training steps equal those of the released code', () => {
  beforeAll(async () => {
    await useEngine('wasm', { threads: 1 })
  })

  it.each(kit.runs.map(({ method, variant }) => [method, variant]))('%s %s', async (method, variant) => {
    const results = await runStep(kit, { only: (name, late) => name === method && late === variant })
    expect(results.flatMap(({ failed }) => failed)).toEqual([])
    expect(results.filter(({ skipped }) => skipped !== undefined)).toEqual([])
    expect(results.length).toBe(2)
  })
})
