import { describe, it } from 'vitest'
import { expectStepAgrees } from './step-run'

// One run of one network and one of two; all eighteen are in the slow suite.
describe('two training steps equal those of the released code', () => {
  it.each([
    ['supervised', 'it0'],
    ['dualnet', 'it3000'],
  ])('%s %s', expectStepAgrees)
})
