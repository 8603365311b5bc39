import { describe, it } from 'vitest'
import { expectNetworksAgree, expectStepAgrees } from './step-run'

// One run of one network, two of two, one of three classes, one whose batch is of its own; all are in the slow suite.
describe('two training steps equal those of the released code', () => {
  it.each([
    ['step', 'supervised', 'it0'],
    ['step', 'dualnet', 'it3000'],
    ['baselines-step', 'cps', 'it15000'],
    ['baselines-step', 'urpc', 'it15000-3classes'],
    ['baselines-step', 'ict', 'it15000'],
  ] as const)('%s %s %s', expectStepAgrees)
})

describe('the networks of the newer methods', () => {
  it('have the tensors of the released code', expectNetworksAgree)
})
