import { parseArgs } from 'node:util'
import { profileKernels } from '@dualseg/backend-wasm'
import { createNetworks, networkPredictor } from '@dualseg/trainer'
import * as tf from '@tensorflow/tfjs-core'
import { NUMERIC_ARGUMENTS, numericOptions } from '../engine-arguments'
import { openEngine } from '../open-engine'
import { readSizes } from './read-sizes'
import { stepMethod } from './step-methods'

// node benchmarks/dist/profile-inference.js [--method vnet] [--size 112x112x80] [--filters 16] [--batch 1] [--runs 2] [--functions]
// Where a window of the sliding window spends its time on the wasm engine, on one thread: milliseconds of processor time a window, by kernel.
const { values } = parseArgs({
  options: {
    method: { type: 'string', default: 'vnet' },
    size: { type: 'string', default: '112x112x80' },
    filters: { type: 'string', default: '16' },
    batch: { type: 'string', default: '1' },
    runs: { type: 'string', default: '2' },
    functions: { type: 'boolean', default: false },
    numerics: { type: 'string', default: NUMERIC_ARGUMENTS.numerics.default },
    simd: { type: 'string', default: NUMERIC_ARGUMENTS.simd.default },
  },
})
// What other engines are told is not asked for here.
const DEFAULTS = Object.fromEntries(Object.entries(NUMERIC_ARGUMENTS).map(([name, argument]) => [name, argument.default]))
const runs = Number(values.runs)
const batch = Number(values.batch)
const { line } = await openEngine('wasm', { threads: 1, ...numericOptions({ ...DEFAULTS, ...values }) })
console.log(line)
const processorMs = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
const method = stepMethod(values.method as 'vnet')
const networks = createNetworks(method, { filters: Number(values.filters), classes: 2, dropout: 0.5, initialise: 'kaiming' }, 1)
const size = readSizes('--size', values.size)[0]!
const predict = networkPredictor(networks, method.predictWith, size)
const windows = Float32Array.from({ length: batch * size[0] * size[1] * size[2] }, (_, i) => Math.sin(i * 0.7))
await predict(windows, batch)
const finish = profileKernels({ now: processorMs, functions: values.functions })
const began = processorMs()
for (let i = 0; i < runs; i++) await predict(windows, batch)
const total = (processorMs() - began) / runs / batch
const kernels = finish()
const per = runs * batch
const counted = kernels.filter(({ name }) => !name.startsWith('wasm:')).reduce((sum, { totalMs }) => sum + totalMs, 0) / per
console.log(`window ${total.toFixed(0)} ms, kernels ${counted.toFixed(0)} ms, everything else ${(total - counted).toFixed(0)} ms`)
for (const { name, calls, totalMs } of kernels.filter((kernel) => kernel.totalMs / per >= total / 1000))
  console.log(`${(totalMs / per).toFixed(1).padStart(8)} ms ${String(calls / runs).padStart(6)} calls  ${name}`)
tf.removeBackend(tf.getBackend())
