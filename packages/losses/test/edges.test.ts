import '@tensorflow/tfjs-backend-cpu'
import { torchEngine } from '@dualseg/backend-torch'
import { wasmEngine } from '@dualseg/backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { whereEngine } from '../../kernels/test/where-engine'
import { cases, type EdgeCase, type EdgeNumbers, ours, theirs } from './edge-cases'
import { LOSSES } from './every-function'

/** Functions that take no floats, or whose numbers stand in tests of their own. */
const WITHOUT_CASES = {
  besideBackground: 'returns what it is given, beside zeros',
  drawCandidates: 'voxels of masks and labels',
  euclideanDistance: 'of voxels that are or are not of a set',
  innerBoundary: 'of voxels that are or are not of a set',
  signedDistanceMap: 'of voxels that are or are not of a set; empty and full ones in signed-distance-map.test.ts',
  knownLabels: 'returns what it is given',
  knownMask: 'returns what it is given',
  withoutGradient: 'returns what it is given',
  consistencyWeight: 'a number of numbers',
  emaDecay: 'a number of numbers',
  sigmoidRamp: 'a number of numbers',
  uncertaintyThreshold: 'a number of numbers',
}

/** Where we give other numbers than PyTorch, on purpose. `isAllowed` gets one number of ours and theirs. */
const EXCEPTIONS: {
  of: string[]
  part: 'value' | 'gradient'
  title: RegExp
  why: string
  isAllowed: (ours: number, theirs: number) => boolean
}[] = [
  {
    of: ['klDivergenceMap', 'softmaxKlMap', 'meanKl', 'symmetricKl', 'probsKl', 'pyramidConsistency'],
    part: 'gradient',
    title: /./,
    why: 'autograd multiplies the 0 of an impossible class by an infinite logarithm',
    isAllowed: (mine, their) => Number.isFinite(mine) && !Number.isFinite(their),
  },
  {
    of: ['pyramidConsistency'],
    part: 'value',
    title: /^far apart.* in all/,
    why: 'logarithms of softmaxes that are 0, where ours is the log-softmax',
    isAllowed: (mine, their) => Math.abs(mine) < 1e-6 && Number.isNaN(their),
  },
  {
    of: ['sharpenElementwise'],
    part: 'gradient',
    title: /smoothed/,
    why: 'the root is infinitely steep at 0 and 1; a certain voxel stays where it is',
    isAllowed: (mine, their) => mine === 0 && !Number.isFinite(their),
  },
  {
    of: ['sharpen', 'sharpenedConsistency'],
    part: 'value',
    title: /inf in class/,
    why: 'one probability that is none spoils the whole voxel',
    isAllowed: (mine) => Number.isNaN(mine),
  },
  {
    of: ['sharpenedConsistency'],
    part: 'gradient',
    title: /inf in class/,
    why: 'one probability that is none spoils the whole voxel',
    isAllowed: (mine) => Number.isNaN(mine),
  },
  ...(['value', 'gradient'] as const).map((part) => ({
    of: ['mutualConsistency'],
    part,
    title: /inf in class.*over classes/,
    why: 'one probability that is none spoils the whole voxel',
    isAllowed: (mine: number) => Number.isNaN(mine),
  })),
  {
    of: ['binaryCrossEntropy'],
    part: 'value',
    title: /inf/,
    why: 'the limit, where PyTorch takes 0 times infinity',
    isAllowed: (mine, their) => !Number.isNaN(mine) && Number.isNaN(their),
  },
  {
    of: ['prototype', 'meanNormalisedDistance', 'prototypeContrast', 'releasedPrototypeContrast'],
    part: 'gradient',
    title: /a zero vector/,
    why: 'a vector without direction is not taught one, where PyTorch divides by 1e-12',
    isAllowed: (mine, their) => mine === 0 && Math.abs(their) > 1e9,
  },
  {
    of: ['releasedPrototypeContrast'],
    part: 'gradient',
    title: /no candidates/,
    why: 'a mean of nothing teaches nothing, whatever the features are',
    isAllowed: (mine, their) => mine === 0 && Number.isNaN(their),
  },
  ...(['value', 'gradient'] as const).map((part) => ({
    of: ['predictedLabels', 'unionForeground', 'disagreementMask', 'discrepancyMask', 'crossPseudoSupervision'],
    part,
    title: /NaN/,
    why: 'engines differ in whether a NaN is the largest; a network that gives one has a loss of NaN',
    isAllowed: (mine: number) => Number.isFinite(mine),
  })),
  ...(['value', 'gradient'] as const).map((part) => ({
    of: ['discrepancyUncertainty'],
    part,
    title: /NaN/,
    why: 'engines differ in whether a NaN is the largest, so in how many voxels err; where it does, the loss is NaN',
    isAllowed: () => true,
  })),
  {
    of: ['percentile'],
    part: 'value',
    title: /at (0|100)$/,
    why: 'an order statistic is itself; numpy adds 0 times the infinite distance to the next',
    isAllowed: (mine, their) => !Number.isNaN(mine) && Number.isNaN(their),
  },
]

/** float32 arithmetic in another order; PyTorch's gradient of a tenth power loses three digits more. */
const TOLERANCE = 5e-6

function compare(one: EdgeCase, got: EdgeNumbers, wanted: EdgeNumbers): void {
  const text = `${one.name}, ${one.title}`
  const check = (part: 'value' | 'gradient', mine: readonly number[] | null, their: readonly number[] | null) => {
    if (mine === null || their === null) return expect(mine, `${text}: ${part}`).toBe(their)
    expect(mine.length, `${text}: ${part}`).toBe(their.length)
    const exceptions = EXCEPTIONS.filter(
      (other) => other.part === part && other.of.includes(one.name) && other.title.test(one.title),
    )
    mine.forEach((x, i) => {
      const y = their[i]!
      if (x === y || Object.is(x, y) || Math.abs(x - y) <= TOLERANCE * Math.max(1, Math.abs(y))) return
      if (exceptions.some(({ isAllowed }) => isAllowed(x, y))) return
      expect.fail(`${text}: ${part} [${mine.join(', ')}], PyTorch's [${their.join(', ')}]`)
    })
  }
  check('value', got.value, wanted.value)
  wanted.gradients.forEach((gradient, i) => {
    check('gradient', got.gradients[i] ?? null, gradient)
  })
}

const NAMES = [...new Set(cases.map(({ name }) => name))]

it('has cases for every function that takes floats', () => {
  expect([...NAMES, ...Object.keys(WITHOUT_CASES)].sort()).toEqual(Object.keys(LOSSES).sort())
})

function everyCase(): void {
  it.each(NAMES)('%s gives the values and gradients of PyTorch at infinities, NaN, certainty and nothing', (name) => {
    const before = tf.memory().numTensors
    for (const one of cases) if (one.name === name) compare(one, ours(one), theirs(one))
    expect(tf.memory().numTensors).toBe(before)
  })
}

describe('plain JavaScript', () => {
  beforeAll(() => tf.setBackend('cpu'))
  everyCase()
})

describe('wasm engine', () => {
  beforeAll(async () => {
    await wasmEngine.open({ threads: 1 })
  })
  everyCase()
})

whereEngine(await torchEngine.probe({ device: 'cpu' }))('torch engine', () => {
  beforeAll(async () => {
    await torchEngine.open({ device: 'cpu', threads: 1 })
  })
  everyCase()
})
