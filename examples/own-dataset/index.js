// A data set of one's own: read into cases, split into folds, then any method of the registry is trained on it.
import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFoldLists, splitFold, standardise } from '@dualseg/data'
import { CaseStore } from '@dualseg/data/node'
import { COMMON_PROTOCOL, methodNamed, resolveSettings, storeData, trainRun, useEngine } from '@dualseg/trainer'
import { makeVolumes } from './make-volumes.js'

const work = await mkdtemp(join(tmpdir(), 'own-dataset-'))
const volumes = join(work, 'volumes')
await makeVolumes(volumes)

/**
 * One patient's files as a case. Voxels are x fastest; images are standardised, labels are 0 and 1.
 *
 * @returns {Promise<import('@dualseg/data').Case>}
 */
async function readCase(/** @type {string} */ id) {
  const geometry = JSON.parse(await readFile(join(volumes, `${id}.json`), 'utf8'))
  const voxels = await readFile(join(volumes, `${id}.image.f32`))
  const image = new Float32Array(voxels.buffer.slice(voxels.byteOffset, voxels.byteOffset + voxels.byteLength))
  const label = new Uint8Array(await readFile(join(volumes, `${id}.label.u8`)))
  standardise(image)
  return { id, image: { ...geometry, data: image }, label: { ...geometry, data: label } }
}

const ids = (await readdir(volumes)).filter((file) => file.endsWith('.json')).map((file) => file.replace('.json', ''))
const cases = await Promise.all(ids.sort().map(readCase))
const fold = splitFold(makeFoldLists(ids, 4), 0, 2) // 4 folds; 2 of the 6 training cases keep their labels
const store = new CaseStore({ kind: 'memory', cases })
await store.load(fold)

const method = methodNamed('mt')
/** @type {import('@dualseg/trainer').Profile} */
const profile = {
  name: 'example',
  reduce: 1,
  patch: [16, 16, 16],
  stride: [8, 8, 4],
  filters: 4,
  dropout: 0,
  iterations: 60,
  learningRate: { kind: 'poly', rate: 0.05, power: 0.9 },
  rampEvery: 1.5,
  batch: { labelled: 2, unlabelled: 2 },
  supervisedBatch: 2,
}
const engine = await useEngine('auto')
const outcome = await trainRun({
  method,
  settings: resolveSettings(method, profile, COMMON_PROTOCOL),
  fold: 0,
  seed: 1,
  labelledCases: fold.labelled.length,
  data: storeData(store, fold),
  // Whatever tells this data set from another: it becomes part of the run's folder and hash.
  dataIdentity: { dataset: 'balls', listsSha256: 'example', volumesSha256: 'example' },
  engine: engine.identity,
  runs: join(work, 'runs'),
})
if (outcome.status === 'done') {
  const { dice, cases: tested } = outcome.result
  console.log(`${outcome.result.method} tested on ${tested} cases, Dice above 0.7: ${dice.mean > 0.7}`)
  console.error(`Dice ${dice.mean.toFixed(3)}; all of the run is in ${outcome.folder}`)
}
