import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { LOSSES } from './every-function'
import { type Argument, floats, labels, list, mask, number, options, other, shown } from './wrong-arguments'

const MAP = [1, 2, 2, 1, 2]
const VOXELS = [1, 2, 2, 1]
const FEATURES = [1, 2, 2, 1, 3]
const ABOVE_0 = 'a finite number above 0'
const FINITE = 'a finite number'
const COUNT = 'a whole number of at least'
const NOT_ABOVE_0 = [0, -1, Number.POSITIVE_INFINITY, Number.NaN, '0.1', null, true]
const INFINITE = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

const smooth = options(
  'options',
  { smooth: 1e-5 },
  { smooth: [[-1, Number.NaN, Number.POSITIVE_INFINITY, '1e-5'], 'a finite number of at least 0'] },
)
const epsilon = options('options', {}, { epsilon: [NOT_ABOVE_0, ABOVE_0] })
const single = [[MAP, `${'logit'} [1,2,2,1,2] has no single channel; expected [..., 1]`]] as [number[], string][]
const featureRank: [number[], string][] = [[VOXELS, 'features [1,2,2,1] has rank 4; expected [batch,x,y,z,channels]']]
const features = floats('features', FEATURES, { classes: false, shapes: featureRank })
const voxelList = (name: string): [unknown, string][] => [
  [undefined, `${name} is undefined; expected`],
  [[1], `${name} is an array of 1; expected`],
  ['all', `${name} is 'all'; expected`],
]
const candidates = (name: string): Argument => {
  const good = [Int32Array.of(1), Int32Array.of(0)]
  return other(name, () => good, [
    ...voxelList(name),
    [good.slice(1), `${name} is an array of 1; expected a list of voxels for each class`],
    [[good[0], undefined], `${name}[1] is undefined; expected an Int32Array`],
    [[good[0], [1]], `${name}[1] is an array of 1; expected an Int32Array of voxel indices`],
    [[Int32Array.of(4), good[1]], 'voxel 4 does not exist; features [1,2,2,1,3] hold voxels 0 to 3'],
    [[Int32Array.of(-1), good[1]], 'voxel -1 does not exist'],
  ])
}
const volume = (name: string): Argument[] => [
  other(name, () => new Uint8Array(8), [
    [undefined, `${name} is undefined; expected an array of numbers`],
    [null, `${name} is null; expected an array of numbers`],
    ['01010101', `${name} is '01010101'; expected an array of numbers`],
    [tf.zeros([2, 2, 2]), `${name} is a tensor [2,2,2] of float32; expected an array of numbers, of a tensor its dataSync()`],
    [new Uint8Array(9), 'size [2,2,2] does not match 9 voxels', 'DUALSEG_SHAPE'],
    [[], 'size [2,2,2] does not match 0 voxels', 'DUALSEG_SHAPE'],
    [Float32Array.of(0, 1, 0, Number.NaN, 0, 0, 0, 0), `${name} holds NaN at 3; expected numbers`],
    [[0, 1, '1', 0, 0, 0, 0, 0], `${name} holds '1' at 2; expected numbers`],
    [[0, 1, 0, 0, 0, 0, 0, true], `${name} holds true at 7; expected numbers`],
  ]),
  other('size', () => [2, 2, 2], [
    [undefined, 'size undefined does not match 8 voxels', 'DUALSEG_SHAPE'],
    [8, 'size 8 does not match 8 voxels', 'DUALSEG_SHAPE'],
    [[2, 4], 'size [2,4] does not match 8 voxels; expected three axes whose product is that number', 'DUALSEG_SHAPE'],
    [[2, 2, 2, 1], 'size [2,2,2,1] does not match 8 voxels', 'DUALSEG_SHAPE'],
    [[-2, -2, 2], 'size [-2,-2,2] does not match', 'DUALSEG_SHAPE'],
    [[0.5, 4, 4], 'size [0.5,4,4] does not match', 'DUALSEG_SHAPE'],
    [['2', 2, 2], "size ['2',2,2] does not match", 'DUALSEG_SHAPE'],
    [[Number.NaN, 2, 2], 'size [NaN,2,2] does not match', 'DUALSEG_SHAPE'],
  ]),
]
const pair = (first: string, second: string) => [floats(first, MAP), floats(second, MAP, { follows: true })]

const voxelWeights = floats('weights', VOXELS, { classes: false, follows: true })

/** The parameters of every function, in their order, with what each refuses. */
const PARAMETERS: Readonly<Record<string, readonly Argument[]>> = {
  adversarialLoss: [
    floats('discriminatorLogits', [2, 2], { binary: true, shapes: [[MAP, 'has rank 5; expected [samples, 2]']] }),
  ],
  besideBackground: [
    floats('foregroundLogits', [...VOXELS, 2], { classes: false, shapes: [[[4], 'foregroundLogits [4] has no class axis']] }),
  ],
  binaryCrossEntropy: [floats('logit', [...VOXELS, 1], { classes: false, shapes: single }), labels('labels', VOXELS, 2)],
  certaintyMask: [floats('probs', MAP), number('threshold', 0.5, INFINITE, FINITE)],
  consistencyWeight: [
    number('iteration', 3, [-1, ...INFINITE], `${FINITE} of at least 0`),
    options(
      'options',
      { lambdaMax: 0.1 },
      {
        lambdaMax: [[undefined, Number.NaN, '0.1', ...INFINITE], FINITE],
        rampLength: [[-1, Number.NaN, '40'], `${FINITE} of at least 0`],
        iterationsPerEpoch: [NOT_ABOVE_0, ABOVE_0],
      },
    ),
  ],
  cosineConsistency: pair('firstProbs', 'secondProbs'),
  crossEntropy: [floats('logits', MAP), labels('labels', VOXELS, 2)],
  crossEntropyMap: [floats('logits', MAP), labels('labels', VOXELS, 2)],
  crossPseudoSupervision: pair('firstLogits', 'secondLogits'),
  diceLoss: [floats('probs', VOXELS, { classes: false }), labels('labels', VOXELS, 2), smooth],
  diceLossLinear: [floats('probs', VOXELS, { classes: false }), labels('labels', VOXELS, 2), smooth],
  diceLossOverClasses: [
    floats('probs', MAP),
    labels('labels', VOXELS, 2),
    options(
      'options',
      {},
      {
        smooth: [[-1, Number.NaN, Number.POSITIVE_INFINITY, '1e-5'], `${FINITE} of at least 0`],
        background: [['no', 0, null], 'true or false'],
        denominator: [['cubes', null, 1], "'squares' or 'sums'"],
      },
    ),
  ],
  disagreementMask: [
    ...pair('firstProbs', 'secondProbs'),
    options('options', {}, { confidence: [[Number.NaN, '0.6', ...INFINITE], FINITE] }),
  ],
  discrepancyError: [floats('probs', MAP), labels('labels', VOXELS, 2), mask('mask', VOXELS), voxelWeights],
  discrepancyMask: pair('firstScores', 'secondScores'),
  discrepancyUncertainty: [floats('logits', MAP), labels('labels', VOXELS, 2), mask('mask', VOXELS), voxelWeights],
  discriminatorLoss: [
    floats('discriminatorLogits', [2, 2], { binary: true, shapes: [[MAP, 'has rank 5; expected [samples, 2]']] }),
    number('labelledCount', 1, [-1, 3, 0.5, undefined], 'a whole number from 0 to 2'),
  ],
  drawCandidates: [
    mask('valid', VOXELS, { first: true }),
    labels('labels', VOXELS, 2),
    options(
      'options',
      {},
      {
        limit: [[-1, 0.5, Number.NaN, '5', Number.POSITIVE_INFINITY], `${COUNT} 0`],
        classes: [[1, 2.5, Number.NaN, '2', Number.POSITIVE_INFINITY], `${COUNT} 2`],
        random: [[5, null, {}], 'a stream with a function integer(low, highExclusive)'],
      },
    ),
  ],
  dualTaskConsistency: [
    floats('sdm', [...VOXELS, 1], { classes: false }),
    floats('logit', [...VOXELS, 1], { classes: false, follows: true }),
    options('options', {}, { slope: [NOT_ABOVE_0, ABOVE_0] }),
  ],
  emaDecay: [
    number('iteration', 3, [-1, undefined, ...INFINITE], `${FINITE} of at least 0`),
    number('decay', 0.9, [-0.1, 1.5, undefined], 'a number from 0 to 1'),
  ],
  entropyMap: [
    floats('probs', MAP),
    options('options', {}, { epsilon: [NOT_ABOVE_0, ABOVE_0], normalise: [['yes', 1, null], 'true or false'] }),
  ],
  entropyMinimisation: [floats('logits', MAP)],
  euclideanDistance: volume('isTarget'),
  foregroundProbs: [
    floats('probs', MAP),
    other(
      'foreground',
      () => 1,
      [2, -1, 0.5, '1', null, Number.NaN, true].map((one) => [
        one,
        `class ${shown(one)} does not exist; probs [1,2,2,1,2] hold classes 0 to 1`,
      ]),
    ),
  ],
  gatherVoxels: [
    features,
    other('voxels', () => Int32Array.of(0), [
      ...voxelList('voxels'),
      [Int32Array.of(4), 'voxel 4 does not exist; features [1,2,2,1,3] hold voxels 0 to 3'],
      [Int32Array.of(-1), 'voxel -1 does not exist'],
    ]),
  ],
  innerBoundary: volume('label'),
  interpolationConsistency: [
    ...pair('studentLogits', 'firstTeacherLogits'),
    floats('secondTeacherLogits', MAP, { follows: true }),
    number('factor', 0.25, [-0.1, 1.1, undefined, ...INFINITE], 'a number from 0 to 1'),
  ],
  klDivergenceMap: pair('targetLogits', 'logits'),
  knownLabels: [
    {
      ...labels('labels', VOXELS, 2),
      wrong: labels('labels', VOXELS, 2).wrong.filter(({ words }) => !/does not match|the value/.test(words)),
    },
    number('highest', 1, [-1, 0.5, undefined, Number.POSITIVE_INFINITY], `${COUNT} 0`),
  ],
  knownMask: [
    {
      ...mask('mask', VOXELS),
      wrong: mask('mask', VOXELS).wrong.filter(({ code, words }) => code !== 'DUALSEG_SHAPE' && !/the value/.test(words)),
    },
  ],
  levelSetProbs: [floats('sdm', [...VOXELS, 1], { classes: false }), number('slope', 1500, [0, -1, ...INFINITE], ABOVE_0)],
  maskedCrossEntropy: [
    floats('logits', MAP),
    labels('labels', VOXELS, 2),
    mask('mask', VOXELS),
    options('options', {}, { ifEmpty: [[1, 'NaN', null], '0 or NaN'] }),
  ],
  maskedDiceLoss: [floats('probs', MAP), labels('labels', VOXELS, 2), mask('mask', VOXELS)],
  maskedMeanSquared: [
    floats('probs', MAP, { classes: false }),
    floatsOrWhole(floats('target', MAP, { follows: true })),
    mask('mask', VOXELS),
  ],
  maskedSoftmaxMse: [...pair('studentLogits', 'teacherLogits'), mask('mask', VOXELS)],
  meanKl: [
    ...pair('targetLogits', 'logits'),
    options('options', {}, { activation: [['tanh', null, 1], "'softmax' or 'sigmoid'"] }),
  ],
  meanNormalisedDistance: [
    floats('rows', [2, 3], { classes: false, shapes: [[[6], 'rows [6] has rank 1; expected [n, channels]']] }),
    floats('centre', [3], {
      classes: false,
      shapes: [
        [[2], 'centre [2] does not match rows [2,3]; expected [3]'],
        [[1, 3], 'centre [1,3] does not match rows [2,3]'],
      ],
    }),
  ],
  meanSoftmax: [
    list('passes', floats('pass', MAP), 1, 'passes'),
    number('samples', 1, [0, -1, 0.5, undefined, Number.POSITIVE_INFINITY], `${COUNT} 1`),
  ],
  meanSquaredProbs: [floats('first', VOXELS, { classes: false }), floats('second', VOXELS, { classes: false, follows: true })],
  mistakeLoss: [floats('probs', MAP), labels('labels', VOXELS, 2), mask('mask', VOXELS)],
  mixup: [
    floats('first', VOXELS, { classes: false }),
    floats('second', VOXELS, { classes: false, follows: true }),
    number('factor', 0.25, [-0.1, 1.1, undefined, ...INFINITE], 'a number from 0 to 1'),
  ],
  mutualConsistency: [
    list('decoderProbs', floats('probs', MAP), 2, 'decoders'),
    number('temperature', 0.1, [0, -1, ...INFINITE], ABOVE_0),
    options('options', {}, { sharpening: [['voxels', null, 1], "'elementwise' or 'classes'"] }),
  ],
  percentile: [
    other('values', () => [1, 2], [
      [undefined, 'values is undefined; expected an array of numbers'],
      [null, 'values is null; expected'],
      ['12', "values is '12'; expected"],
      [{ length: 2, 0: 1, 1: 2 }, 'values is an object; expected'],
      [tf.ones([2]), 'values is a tensor [2] of float32; expected an array of numbers, of a tensor its dataSync()'],
      [[], 'no values were given; expected at least one'],
      [[1, '2'], "values holds '2' at 1; expected numbers"],
      [[1, undefined], 'values holds undefined at 1; expected numbers'],
      [[true], 'values holds true at 0; expected numbers'],
    ]),
    number('q', 50, [-1, 101, undefined, '50', ...INFINITE], 'a number from 0 to 100'),
  ],
  predictedLabels: [floats('scores', MAP)],
  probsKl: [...pair('probs', 'target'), epsilon],
  prototype: [features, mask('mask', VOXELS), options('options', {}, { normalise: [['no', 0, null], 'true or false'] })],
  prototypeContrast: [features, labels('target', VOXELS, 2), mask('valid', VOXELS), candidates('uncertain')],
  pyramidConsistency: [list('scaleLogits', floats('logits', MAP), 2, 'scales')],
  rectifiedPseudoLabelLoss: [
    ...pair('studentLogits', 'teacherLogits'),
    options('options', {}, { temperature: [NOT_ABOVE_0, ABOVE_0] }),
  ],
  releasedPrototypeContrast: [features, labels('target', VOXELS, 3), candidates('candidates')],
  releasedPseudoLabelLoss: [floats('probs', MAP), labels('target', VOXELS, 2), mask('mask', VOXELS)],
  sharpen: [floats('probs', MAP), number('temperature', 0.1, [0, -1, undefined, ...INFINITE], ABOVE_0)],
  sharpenElementwise: [
    floats('probs', VOXELS, { classes: false }),
    number('temperature', 0.1, [0, -1, undefined, ...INFINITE], ABOVE_0),
  ],
  sharpenedConsistency: [...pair('loserProbs', 'winnerProbs'), number('temperature', 0.1, [0, -1, ...INFINITE], ABOVE_0)],
  sigmoidProbs: [floats('logit', [...VOXELS, 1], { classes: false, shapes: single })],
  sigmoidRamp: [
    number('epoch', 1, [undefined, ...INFINITE], FINITE),
    number('length', 40, [-2, undefined, ...INFINITE], `${FINITE} of at least 0`),
  ],
  signedDistanceLoss: [
    floats('sdm', [...VOXELS, 1], { classes: false, shapes: [[MAP, 'target [1,2,2,1] does not match sdm [1,2,2,1,2]']] }),
    floats('target', VOXELS, { classes: false, follows: true }),
  ],
  signedDistanceMap: volume('label'),
  softCrossEntropy: [...pair('probs', 'target'), epsilon],
  softmaxDiceLoss: [...pair('firstLogits', 'secondLogits'), smooth],
  softmaxKlMap: pair('targetLogits', 'logits'),
  softmaxMse: pair('studentLogits', 'teacherLogits'),
  symmetricKl: [...pair('firstLogits', 'secondLogits'), options('options', {}, { axis: [['x', 3, null], "'class' or 'z'"] })],
  uncertaintyThreshold: [
    number('iteration', 1, [undefined, ...INFINITE], FINITE),
    number('maxIterations', 100, [0, -1, undefined, ...INFINITE], ABOVE_0),
  ],
  unionForeground: pair('scoresA', 'scoresB'),
  validMask: [
    ...pair('firstProbs', 'secondProbs'),
    options(
      'options',
      { percentile: 80, combine: 'both', keep: 'at-most' },
      {
        percentile: [['50', -1, 101, Number.NaN, undefined], 'a number from 0 to 100'],
        combine: [['all', undefined, 1], "'both' or 'either'"],
        keep: [['above', undefined, 1], "'at-most' or 'below'"],
      },
    ),
  ],
  withoutGradient: [
    other('compute', () => () => tf.scalar(1), [
      [undefined, 'compute is undefined; expected a function that returns tensors'],
      [5, 'compute is 5; expected a function'],
      [async () => tf.scalar(1), 'compute returned a promise; expected tensors'],
    ]),
  ],
}

/** Targets may also be whole numbers or booleans. */
function floatsOrWhole(argument: Argument): Argument {
  return { ...argument, wrong: argument.wrong.filter(({ words }) => !/is (bool|int32); expected/.test(words)) }
}

beforeAll(() => tf.setBackend('cpu'))
beforeEach(() => tf.engine().startScope())
afterEach(() => tf.engine().endScope())

function errorOf(call: () => unknown): { code?: string; message?: string } | undefined {
  try {
    call()
  } catch (error) {
    return error as Error
  }
  return undefined
}

it('knows the parameters of every function', () => {
  expect(Object.keys(PARAMETERS).sort()).toEqual(Object.keys(LOSSES).sort())
})

describe.each(Object.entries(LOSSES))('%s', (name, loss) => {
  const parameters = PARAMETERS[name] ?? []

  it('takes what it is made for', () => {
    expect(errorOf(() => loss(...parameters.map(({ good }) => good())))).toBeUndefined()
  })

  it('refuses whatever is no argument at all', () => {
    for (const none of [
      undefined,
      null,
      Number.NaN,
      -1,
      '',
      'x',
      true,
      [],
      [1, 2],
      {},
      Symbol('x'),
      5n,
      () => 1,
      new Float32Array(3),
    ]) {
      if (name === 'withoutGradient' && typeof none === 'function') continue
      const error = errorOf(() => loss(...parameters.map(() => none)))
      expect(error?.code, `${String(none)}: ${error?.message}`).toMatch(/^DUALSEG_(VALUE|SHAPE)$/)
    }
  })

  for (const [place, { wrong }] of parameters.entries()) {
    it(`refuses wrong ${parameters[place]!.name} in words`, () => {
      for (const { what, value, code, words } of wrong) {
        const error = errorOf(() => loss(...parameters.map(({ good }, i) => (i === place ? value() : good()))))
        expect(error, what).toMatchObject({ code, message: expect.stringContaining(words) })
        expect(error!.message!.startsWith(`${name}: `), error!.message).toBe(true)
      }
    })
  }
})
