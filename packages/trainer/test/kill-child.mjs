// One process of the kill test: a tiny run on the built packages, which dies by SIGKILL at its n-th call that changes files, or for which
// the disk is full from then on.
// node kill-child.mjs <runs> <n, 0 for never> [full|kill] [strong]
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { CaseStore } from '@dualseg/data/node'
import { random } from '@dualseg/kernels/random'
import { COMMON_PROTOCOL, methodNamed, resolveSettings, storeData, trainRun, useEngine } from '../dist/index.js'

const [runs, at, mode = 'kill', augment] = process.argv.slice(2)
const size = [16, 16, 16]

function ball(id) {
  const stream = random(5, `kill case ${id}`, 0, 0)
  const data = stream.fillNormal(new Float32Array(16 ** 3), 0, 0.5)
  const label = new Uint8Array(16 ** 3)
  for (let i = 0; i < label.length; i++) {
    label[i] = ((i & 15) - 8) ** 2 + (((i >> 4) & 15) - 7) ** 2 + ((i >> 8) - 8) ** 2 < 30 ? 1 : 0
    data[i] += 2 * label[i]
  }
  return { id, image: { data, size, spacing: [1, 1, 1] }, label: { data: label, size, spacing: [1, 1, 1] } }
}

const fold = { fold: 0, labelled: ['A', 'B'], unlabelled: ['C', 'D'], test: ['E', 'F'] }
const cases = [...fold.labelled, ...fold.unlabelled, ...fold.test].map(ball)
const store = new CaseStore({ kind: 'memory', cases }, { threads: 0 })
await store.load(fold)
const engine = await useEngine('wasm', { threads: 1 })
const method = methodNamed('mt')
const profile = {
  name: 'kill',
  reduce: 1,
  patch: size,
  stride: size,
  filters: 2,
  dropout: 0.5,
  iterations: 4,
  learningRate: { kind: 'constant', rate: 0.05 },
  rampEvery: 0.1,
  batch: { labelled: 2, unlabelled: 2 },
  supervisedBatch: 2,
}

let calls = 0
for (const name of [
  'openSync',
  'writeSync',
  'fsyncSync',
  'ftruncateSync',
  'renameSync',
  'linkSync',
  'rmSync',
  'mkdirSync',
  'writeFileSync',
]) {
  const original = fs[name]
  fs[name] = (...args) => {
    calls++
    if (mode === 'kill' && calls === Number(at)) process.kill(process.pid, 'SIGKILL')
    // What needs no room goes on working.
    if (mode === 'full' && calls >= Number(at) && /^write/.test(name)) {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' })
    }
    return original(...args)
  }
}
syncBuiltinESMExports()

const plan = {
  method,
  settings: resolveSettings(method, profile, {
    ...COMMON_PROTOCOL,
    ...(augment && { augment: { kind: augment, mirrorAxes: [0, 1, 2] } }),
  }),
  fold: 0,
  seed: 1,
  labelledCases: 2,
  data: storeData(store, fold, { worker: false }),
  dataIdentity: { dataset: 'kill', listsSha256: 'lists', volumesSha256: 'volumes' },
  engine: engine.identity,
  runs,
  checkpointIterations: 1,
}
const outcome = await trainRun(plan).catch((error) => {
  if (error.code !== 'DUALSEG_DISK') throw error
  console.log(JSON.stringify({ refused: error.message }))
  process.exit(0)
})
console.log(JSON.stringify({ folder: outcome.folder, calls }))
process.exit(0)
