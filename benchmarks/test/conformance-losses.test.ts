import { readFileSync } from 'node:fs'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { runBaselineSchedules } from '../src/conformance/baseline-schedules'
import { runLosses } from '../src/conformance/losses'
import { RAMP_GROUPS, runRamps } from '../src/conformance/ramps'
import type { GroupResult } from '../src/conformance/report'
import { runSdf } from '../src/conformance/sdf'

function kit(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`../fixtures/conformance/${file}`, import.meta.url), 'utf8'))
}

function passedCases(results: GroupResult[]): number {
  return results.reduce((sum, { passed }) => sum + passed, 0)
}

const problems = (results: GroupResult[]) => results.filter(({ failed, skipped }) => failed.length > 0 || skipped !== undefined)

beforeAll(async () => {
  await tf.setBackend('cpu')
})

describe('conformance of the losses', () => {
  it('agrees with the references in all 39 groups and 143 cases, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors
    const results = await runLosses(kit('losses.json'))
    expect(problems(results)).toEqual([])
    expect([results.length, passedCases(results)]).toEqual([39, 143])
    expect(tf.memory().numTensors).toBe(before)
  })

  it('reports a group that it does not know as skipped, by name', async () => {
    const results = await runLosses({ losses: [{ loss: 'unheardOf', cases: [] }] })
    expect(results).toEqual([{ group: 'losses unheardOf', passed: 0, failed: [], skipped: 'unknown group' }])
  })

  it('notices a wrong value, a wrong gradient, a constant that is taught, and what is not computed', async () => {
    const file = kit('losses.json') as { losses: { loss: string; cases: Record<string, never>[] }[] }
    const { cases } = file.losses.find(({ loss }) => loss === 'softmaxMse')!
    const altered = structuredClone(cases[0]) as unknown as {
      expected: { value: number; grads: { student: { data: number[] } }; values: object; noGrad: string[] }
    }
    altered.expected.value += 1e-3
    altered.expected.grads.student.data[5]! += 1e-2
    altered.expected.values = { unheardOf: 1 }
    altered.expected.noGrad = ['teacher', 'student']
    const [result] = await runLosses({ losses: [{ loss: 'softmaxMse', cases: [altered] }] })
    expect(result!.passed).toBe(0)
    expect(result!.failed.map(({ what }) => what.replace(/\[\d+\]/, '[i]'))).toEqual([
      'value',
      'unheardOf',
      'gradient of student[i]',
      'gradient of the constant student[i]',
    ])
  })
})

describe('conformance of the newer methods', () => {
  it('agrees with the references in every group, at two classes and at three', async () => {
    const file = kit('baselines-losses.json')
    const results = [...(await runLosses(file, 'baselines-losses')), ...runBaselineSchedules(file)]
    expect(problems(results)).toEqual([])
    expect(results.map(({ group, passed }) => [group.replace('baselines-losses ', ''), passed])).toEqual([
      ['diceMeanClasses', 2],
      ['entropyMinimisationTotal', 5],
      ['cpsTotal', 7],
      ['regularisedDropoutTotal', 4],
      ['ictTotal', 4],
      ['ictMix', 1],
      ['danGenerator', 2],
      ['danDiscriminator', 1],
      ['urpcTotal', 3],
      ['mcnetPlusTotal', 6],
      ['ssnetMemory', 2],
      ['ssnetContrast', 3],
      ['ssnetFeatureBranch', 2],
      ['ssnetVat', 2],
      ['ssnetTotal', 2],
      ['bcpDice', 5],
      ['bcpMixLoss', 4],
      ['bcpPretrain', 2],
      ['bcpPseudoLabel', 4],
      ['bcpTotal', 2],
      ['admtEnsemble', 2],
      ['admtCutMixBox', 3],
      ['admtTotal', 5],
      ['sdclMse', 5],
      ['sdclKl', 5],
      ['sdclTotal', 2],
      ['bcpPseudoLabelClasses', 3],
      ['schedules admtEma', 16],
      ['schedules admtAlternation', 1],
      ['schedules bcpBox', 7],
      ['schedules steppedRate', 2],
      ['schedules polyRate', 7],
    ])
  })
})

describe('conformance of the signed distance map', () => {
  it('agrees with the references in every case and in the batch', async () => {
    const results = await runSdf(kit('sdf.json'))
    expect(problems(results)).toEqual([])
    expect(passedCases(results)).toBe(18)
  })
})

describe('conformance of the ramps', () => {
  it('agrees with the references in all groups that belong to the losses', async () => {
    const results = await runRamps(kit('ramps.json'))
    expect(problems(results)).toEqual([])
    expect(results.map(({ group }) => group)).toEqual(
      ['sigmoidRamp', 'consistencyWeight', 'uamtThreshold', 'ema'].map((name) => `ramps ${name}`),
    )
  })

  it('reports as skipped what nobody answers for', async () => {
    const results = await runRamps(kit('ramps.json'), RAMP_GROUPS, [])
    expect(problems(results).map(({ group, skipped }) => [group, skipped])).toEqual([
      ['ramps learningRate', 'unknown group'],
      ['ramps discriminatorLr', 'unknown group'],
    ])
  })

  it('takes further groups from whoever has them', async () => {
    const own = { ...RAMP_GROUPS, learningRate: (group: string) => ({ group, passed: 1, failed: [] }) }
    const results = await runRamps(kit('ramps.json'), own, [])
    expect(results.find(({ group }) => group === 'ramps learningRate')?.passed).toBe(1)
  })
})
