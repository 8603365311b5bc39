import { parseArgs } from 'node:util'
import { profileKernels } from '@dualseg/backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { NUMERIC_ARGUMENTS, numericOptions } from '../engine-arguments'
import { openEngine } from '../open-engine'
import { measureStep } from './measure-step'
import { readSizes } from './read-sizes'
import type { StepName } from './request'

// node benchmarks/dist/profile-step.js [--method vnet] [--size 64x64x48] [--filters 16] [--runs 2] [--functions] [--numerics fast] [--simd plain]
// Where a training step of the wasm engine spends its time, on one thread: milliseconds of processor time a step, by kernel. On one thread that
// says more than the clock where other programs run.
const { values } = parseArgs({
  options: {
    method: { type: 'string', default: 'vnet' },
    size: { type: 'string', default: '64x64x48' },
    filters: { type: 'string', default: '16' },
    runs: { type: 'string', default: '2' },
    functions: { type: 'boolean', default: false },
    numerics: { type: 'string', default: NUMERIC_ARGUMENTS.numerics.default },
    simd: { type: 'string', default: NUMERIC_ARGUMENTS.simd.default },
  },
})
// What other engines are told is not asked for here.
const DEFAULTS = Object.fromEntries(Object.entries(NUMERIC_ARGUMENTS).map(([name, argument]) => [name, argument.default]))
const runs = Number(values.runs)
const { line } = await openEngine('wasm', { threads: 1, ...numericOptions({ ...DEFAULTS, ...values }) })
console.log(line)
const processorMs = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
let finish: (() => ReturnType<ReturnType<typeof profileKernels>>) | undefined
let began = 0
await measureStep(values.method as StepName, readSizes('--size', values.size)[0]!, Number(values.filters), {
  warmUpSeconds: 0,
  seconds: 1e9,
  maxRuns: runs,
  onMeasured: () => {
    finish = profileKernels({ now: processorMs, functions: values.functions })
    began = processorMs()
  },
})
const total = (processorMs() - began) / runs
const kernels = finish!()
const counted = kernels.filter(({ name }) => !name.startsWith('wasm:')).reduce((sum, { totalMs }) => sum + totalMs, 0) / runs
console.log(`step ${total.toFixed(0)} ms, kernels ${counted.toFixed(0)} ms, everything else ${(total - counted).toFixed(0)} ms`)
for (const { name, calls, totalMs } of kernels.filter((kernel) => kernel.totalMs / runs >= total / 1000))
  console.log(`${(totalMs / runs).toFixed(1).padStart(8)} ms ${String(calls / runs).padStart(6)} calls  ${name}`)
tf.removeBackend(tf.getBackend())
