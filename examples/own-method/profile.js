/**
 * The size of the experiment: as small as it still says something, half a minute on two cores. The published size is patch
 * [112, 112, 80], stride [18, 18, 4], 16 filters, 6000 iterations, reduce 1.
 *
 * @type {import('@dualseg/trainer').Profile}
 */
export const profile = {
  name: 'example',
  reduce: 4,
  patch: [32, 32, 16],
  stride: [16, 16, 8],
  filters: 4,
  dropout: 0.5,
  iterations: 20,
  learningRate: { kind: 'poly', rate: 0.1, power: 0.9 },
  rampEvery: 0.5,
  batch: { labelled: 2, unlabelled: 2 },
  supervisedBatch: 2,
}
