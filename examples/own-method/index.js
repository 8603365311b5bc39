// A method of one's own in one `defineMethod`: the network shall say the same of a noisy view (the Π-model), trained on the phantom.
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { splitFold } from '@dualseg/data'
import { CaseStore, phantomDataset } from '@dualseg/data/node'
import { crossEntropy, diceLoss, foregroundProbs, softmaxMse } from '@dualseg/losses'
import { COMMON_PROTOCOL, defineMethod, resolveSettings, storeData, term, trainRun, useEngine, vnet } from '@dualseg/trainer'
import * as tf from '@tensorflow/tfjs-core'
import { profile } from './profile.js'

const piModel = defineMethod({
  name: 'pi-model',
  title: 'Π-model',
  paper: 'Laine and Aila, ICLR 2017',
  networks: { student: vnet() },
  step({ networks: { student }, batch, labelled, ramp, draws }) {
    const noise = tf.mul(draws.normal('noise', batch.image.shape), 0.1)
    const { logits } = student(batch.image)
    const target = student(tf.add(batch.image, noise), { gradient: false }).logits
    const probs = foregroundProbs(tf.softmax(labelled(logits)))
    return {
      ce: term(crossEntropy(labelled(logits), batch.labels), { weight: 0.5, trains: ['student'] }),
      dice: term(diceLoss(probs, batch.labels), { weight: 0.5, trains: ['student'] }),
      consistency: term(softmaxMse(logits, target), { weight: ramp(0.1), trains: ['student'] }),
    }
  },
  predictWith: ['student'],
  authors: {
    initialise: 'kaiming',
    rotFlip: false,
    iterations: 6000,
    learningRate: { kind: 'poly', rate: 0.01, power: 0.9 },
  },
  // What each term teaches, and from which half of the batch: `auditStep` compares it with what really happens.
  audit: {
    ce: { student: ['labelled'] },
    dice: { student: ['labelled'] },
    consistency: { student: ['labelled', 'unlabelled'] },
  },
})

const engine = await useEngine('auto')
const { source, folds } = phantomDataset(1)
const all = splitFold(folds, 0, 2)
const fold = { ...all, unlabelled: all.unlabelled.slice(0, 2), test: all.test.slice(0, 2) }
const store = new CaseStore(source, { factor: profile.reduce })
await store.load(fold)

const outcome = await trainRun(
  {
    method: piModel,
    settings: resolveSettings(piModel, profile, COMMON_PROTOCOL),
    fold: 0,
    seed: 1,
    labelledCases: fold.labelled.length,
    data: storeData(store, fold),
    dataIdentity: { dataset: 'phantom', listsSha256: 'example', volumesSha256: 'example' },
    engine: engine.identity,
    runs: await mkdtemp(join(tmpdir(), 'own-method-')),
  },
  {
    onProgress(progress) {
      if (progress.stage === 'train') console.error(progress.iteration, progress.terms)
    },
  },
)
if (outcome.status === 'done') console.log(outcome.result.method, 'tested on', outcome.result.cases, 'phantoms')
