import { expect, it } from 'vitest'
import { methodNamed } from '../methods'
import { AUTHORS_PROTOCOL, COMMON_PROTOCOL, type Profile, resolveSettings } from './settings'

const full: Profile = {
  name: 'full',
  reduce: 1,
  patch: [112, 112, 80],
  stride: [18, 18, 4],
  filters: 16,
  dropout: 0.5,
  iterations: 6000,
  learningRate: { kind: 'step', rate: 0.01, factor: 0.1, every: 2500 },
  rampEvery: 150,
  batch: { labelled: 2, unlabelled: 2 },
  supervisedBatch: 4,
}
const reduced: Profile = {
  ...full,
  name: 'quick',
  iterations: 300,
  learningRate: { kind: 'poly', rate: 0.1, power: 0.9 },
  supervisedBatch: 2,
}

it('treats every method alike under the common protocol', () => {
  const [mt, mcNet, mcf] = ['mt', 'mc-net', 'mcf'].map((name) => resolveSettings(methodNamed(name), full, COMMON_PROTOCOL))
  expect(mcNet).toEqual(mt)
  expect(mcf).toEqual(mt)
  expect(mt).toMatchObject({ initialise: 'kaiming', rotFlip: false, iterations: 6000 })
})

it('gives the supervised method labelled samples only, as many as the profile says', () => {
  expect(resolveSettings(methodNamed('supervised'), full, COMMON_PROTOCOL).batch).toEqual({ labelled: 4, unlabelled: 0 })
  expect(resolveSettings(methodNamed('supervised'), reduced, COMMON_PROTOCOL).batch).toEqual({ labelled: 2, unlabelled: 0 })
})

it("runs each method as its authors' code does, and in proportion where the profile is reduced", () => {
  const mcNet = resolveSettings(methodNamed('mc-net'), full, AUTHORS_PROTOCOL)
  expect(mcNet).toMatchObject({
    initialise: 'default',
    rotFlip: true,
    iterations: 15000,
    learningRate: { kind: 'constant', rate: 0.01 },
  })
  const mcf = resolveSettings(methodNamed('mcf'), full, AUTHORS_PROTOCOL)
  expect(mcf).toMatchObject({ initialise: 'kaiming', rotFlip: false, learningRate: { kind: 'step', every: 2500, lag: 1 } })
  expect(mcf).not.toHaveProperty('rampLength')
  const cps = resolveSettings(methodNamed('cps'), full, AUTHORS_PROTOCOL)
  expect(cps).toMatchObject({
    initialise: 'kaiming',
    iterations: 30000,
    rampLength: 200,
    learningRate: { kind: 'poly', rate: 0.01 },
  })
  const quick = resolveSettings(methodNamed('mc-net'), reduced, AUTHORS_PROTOCOL)
  expect(quick).toMatchObject({ iterations: 750, learningRate: { kind: 'constant', rate: 0.1 } })
  const quickMcf = resolveSettings(methodNamed('mcf'), reduced, AUTHORS_PROTOCOL)
  expect(quickMcf.learningRate).toEqual({ kind: 'step', rate: 0.1, factor: 0.1, every: 125, lag: 1 })
})

it('has augmentation and test mirroring only where they are asked for: settings of before keep their hash', () => {
  for (const protocol of [COMMON_PROTOCOL, AUTHORS_PROTOCOL]) {
    const plain = resolveSettings(methodNamed('mt'), full, protocol)
    expect(plain).not.toHaveProperty('augment')
    expect(plain).not.toHaveProperty('testMirror')
    const augment = { kind: 'strong', mirrorAxes: [0, 1, 2] } as const
    const strong = resolveSettings(methodNamed('mt'), full, { ...protocol, augment, testMirror: [0, 1] })
    expect(strong).toEqual({ ...plain, augment, testMirror: [0, 1] })
  }
})
