import { parseArgs } from 'node:util'
import * as tf from '@tensorflow/tfjs-core'
import { measureStep } from './measure-step'
import { openOneThread, PROFILE_OPTIONS, profileOneThread } from './one-thread-profile'
import { readSizes } from './read-sizes'
import type { StepName } from './request'

// node benchmarks/dist/profile-step.js [--method vnet] [--size 64x64x48] [--filters 16] [--runs 2] [--functions] [--numerics fast] [--simd plain] [--packing on]
// Where a training step of the wasm engine spends its time, on one thread: milliseconds of processor time a step, by kernel.
const { values } = parseArgs({ options: { ...PROFILE_OPTIONS, size: { type: 'string', default: '64x64x48' } } })
const runs = Number(values.runs)
await openOneThread(values)
let print: (() => void) | undefined
await measureStep(values.method as StepName, readSizes('--size', values.size)[0]!, Number(values.filters), {
  warmUpSeconds: 0,
  seconds: 1e9,
  maxRuns: runs,
  onMeasured: () => {
    print = profileOneThread('step', values.functions, runs)
  },
})
print!()
tf.removeBackend(tf.getBackend())
