import { parseArgs } from 'node:util'
import { createNetworks, networkPredictor } from '@dualseg/trainer'
import * as tf from '@tensorflow/tfjs-core'
import { openOneThread, PROFILE_OPTIONS, profileOneThread } from './one-thread-profile'
import { readSizes } from './read-sizes'
import { stepMethod } from './step-methods'

// node benchmarks/dist/profile-inference.js [--method vnet] [--size 112x112x80] [--filters 16] [--batch 1] [--runs 2] [--functions]
// Where a window of the sliding window spends its time on the wasm engine, on one thread: milliseconds of processor time a window, by kernel.
const { values } = parseArgs({
  options: { ...PROFILE_OPTIONS, size: { type: 'string', default: '112x112x80' }, batch: { type: 'string', default: '1' } },
})
const runs = Number(values.runs)
const batch = Number(values.batch)
await openOneThread(values)
const method = stepMethod(values.method as 'vnet')
const networks = createNetworks(method, { filters: Number(values.filters), classes: 2, dropout: 0.5, initialise: 'kaiming' }, 1)
const size = readSizes('--size', values.size)[0]!
const predict = networkPredictor(networks, method.predictWith, size)
const windows = Float32Array.from({ length: batch * size[0] * size[1] * size[2] }, (_, i) => Math.sin(i * 0.7))
await predict(windows, batch)
const print = profileOneThread('window', values.functions, runs, batch)
for (let i = 0; i < runs; i++) await predict(windows, batch)
print()
tf.removeBackend(tf.getBackend())
