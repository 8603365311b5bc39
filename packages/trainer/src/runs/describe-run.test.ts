import { expect, it } from 'vitest'
import { describeRun } from './describe-run'

it('names the run in what a NIfTI header keeps', () => {
  expect(describeRun('/runs/la/full/dualnet/fold0-seed1-1a2b3c4d')).toBe('DualSeg dualnet fold0-seed1-1a2b3c4d')
  const long = describeRun(`/runs/la/full/${'m'.repeat(80)}/fold0-seed1-1a2b3c4d`)
  expect(long).toBe('DualSeg fold0-seed1-1a2b3c4d')
})
