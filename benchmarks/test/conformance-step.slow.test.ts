import { describe, it } from 'vitest'
import { expectStepAgrees, STEP_RUNS } from './step-run'

describe('two training steps equal those of the released code', () => {
  it.each(STEP_RUNS)('%s %s %s', expectStepAgrees)
})
