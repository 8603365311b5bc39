import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runMetrics } from '../src/conformance/metrics'

const kit = JSON.parse(readFileSync(new URL('../fixtures/conformance/metrics.json', import.meta.url), 'utf8'))

describe('metrics against medpy', () => {
  it('agrees in every figure of the kit', async () => {
    const groups = await runMetrics(kit)
    expect(groups.map(({ group, passed, failed }) => ({ group, passed, failed }))).toEqual([
      { group: 'metrics medpy', passed: 170, failed: [] }, // 60 pairs and 110 results
      { group: 'metrics script', passed: 60, failed: [] },
      { group: 'metrics ssl4misValidation', passed: 60, failed: [] },
      { group: 'metrics largestComponent', passed: 6, failed: [] },
    ])
  })

  it('notices figures that are off', async () => {
    const altered = structuredClone({ ...kit, cases: kit.cases.slice(0, 2), largestComponent: kit.largestComponent.slice(0, 1) })
    altered.cases[1].results[0].hd95 *= 1 + 3e-9
    altered.cases[1].results[1].unheardOf = 1
    altered.cases[1].script = 'error: RuntimeError'
    altered.cases[0].ssl4misValidation[0] = 0
    altered.largestComponent[0].components = 3
    const failed = (await runMetrics(altered)).flatMap((group) => group.failed.map(({ what }) => `${group.group}: ${what}`))
    expect(failed).toEqual([
      'metrics medpy: hd95',
      'metrics medpy: unheardOf',
      'metrics script: dice',
      'metrics script: jaccard',
      'metrics script: hd95',
      'metrics script: asd',
      'metrics ssl4misValidation: dice',
      'metrics largestComponent: components',
    ])
  })
})
