import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import {
  type BatchPlan,
  cropInto,
  cropRange,
  type FoldLists,
  fromTensorOrder,
  iterationsPerEpoch,
  makeBatch,
  rotFlip,
  splitFold,
  type Triple,
  type TwoStream,
  toTensorOrder,
  twoStreamBatch,
  viewOf,
} from '@dualseg/data'
import { readFoldLists } from '@dualseg/data/node'
import { kitBits, kitFile, kitNumbers } from './kit'
import { type Comparison, type GroupResult, runCases, skippedGroup } from './report'

/** Where the lists of a data set lie, by the kit's name of it. */
export type FoldFolders = Readonly<Record<string, string>>

/** Beside the built command and beside the sources alike, `benchmarks/*` lies one below the root. */
const DATASETS = new URL(import.meta.url.endsWith('.ts') ? '../../../datasets/' : '../../datasets/', import.meta.url)

export const FOLD_FOLDERS: FoldFolders = {
  LA: fileURLToPath(new URL('la/folds', DATASETS)),
  Pancreas: fileURLToPath(new URL('pancreas/folds', DATASETS)),
}

/** Checks `augment.json`: rotation and flip, crop ranges and contents, the order of batches, folds. All comparisons are exact. */
export async function runAugment(kit: unknown, folders: FoldFolders = FOLD_FOLDERS): Promise<GroupResult[]> {
  const file = kitFile('augment.json', kit, 'rotFlip', 'cropRanges', 'cropContent', 'twoStream', 'folds') as unknown as AugmentKit
  const groups = [
    runCases(
      'augment rotFlip',
      file.rotFlip.cases,
      (draw) => `[${draw.inputShape}] k ${draw.k} flip ${draw.flipAxis}`,
      checkRotFlip,
    ),
    runCases('augment cropRanges', file.cropRanges.cases, ({ dims, patch }) => `[${dims}] patch [${patch}]`, checkCropRange),
    runCases(
      'augment cropContent',
      file.cropContent,
      ({ dims, startInPadded }) => `[${dims}] from [${startInPadded}]`,
      checkCropContent,
    ),
    runCases(
      'augment twoStream',
      file.twoStream.cases,
      (c) => `${c.labelled} + ${c.unlabelled}, batch ${c.batchSize}`,
      checkTwoStream,
    ),
  ]
  for (const [dataset, folds] of Object.entries(file.folds)) {
    if (!Array.isArray(folds)) continue
    const group = `augment folds ${dataset}`
    const folder = folders[dataset]
    if (!folder) groups.push(skippedGroup(group, 'its fold lists are not part of this build'))
    else {
      const lists = await readFoldLists(folder)
      groups.push(
        runCases(
          group,
          folds as FoldCase[],
          ({ fold, labelledCount }) => `fold ${fold}, ${labelledCount} labelled`,
          (c, compare) => checkFold(lists, c, compare),
        ),
      )
    }
  }
  return groups
}

interface RotFlipCase {
  inputShape: Triple
  image: number[]
  label: string
  k: 0 | 1 | 2 | 3
  flipAxis: 0 | 1
  outputShape: Triple
  outputImage: number[]
  outputLabel: string
}

interface CropRangeCase {
  dims: Triple
  patch: Triple
  padPerSide: Triple
  paddedDims: Triple
  firstStart: Triple
  lastStart: Triple
}

interface CropContentCase {
  dims: Triple
  patch: Triple
  label: string
  startInPadded: Triple
  outputImage: number[]
  outputLabel: string
}

interface TwoStreamCase {
  labelled: number
  unlabelled: number
  batchSize: number
  unlabelledPerBatch: number
  iterationsPerEpoch: number
  labelledPerBatch: number
  labelledDrawnPerEpoch: number
  labelledDroppedPerEpoch: number
  unlabelledDrawnPerEpoch: number
  distinctUnlabelledPerEpoch: number
  epochsFor6000Iterations: number
}

interface FoldCase {
  fold: number
  train: number
  test: number
  labelledCount: number
  labelled: string[]
  unlabelledCount: number
  sha256: { labelled: string; unlabelled: string; train: string; test: string }
  probe: { trainIndex: number[]; trainId: string[]; testIndex: number[]; testId: string[] }
}

interface AugmentKit {
  rotFlip: { cases: RotFlipCase[] }
  cropRanges: { cases: CropRangeCase[] }
  cropContent: CropContentCase[]
  twoStream: { cases: TwoStreamCase[] }
  folds: Record<string, unknown>
}

/** The kit is row-major, which is tensor order; a volume is x fastest. */
function volumeOf<T extends Float32Array | Uint8Array>(data: T, size: Triple) {
  return { data: fromTensorOrder(data, size), size, spacing: [1, 1, 1] as Triple }
}

function checkRotFlip(testCase: RotFlipCase, compare: Comparison): void {
  const draw = { turns: testCase.k, flipAxis: testCase.flipAxis }
  const image = rotFlip(volumeOf(Float32Array.from(testCase.image), testCase.inputShape), draw)
  const label = rotFlip(volumeOf(kitBits(testCase.label), testCase.inputShape), draw)
  compare.array('outputShape', image.size, testCase.outputShape, 0)
  compare.array('outputImage', toTensorOrder(image), testCase.outputImage, 0)
  compare.array('outputLabel', toTensorOrder(label), kitBits(testCase.outputLabel), 0)
}

function checkCropRange(
  { dims, patch, padPerSide, paddedDims, firstStart, lastStart }: CropRangeCase,
  compare: Comparison,
): void {
  const range = cropRange(dims, patch)
  compare.array('padPerSide', range.pad, padPerSide, 0)
  compare.array('paddedDims', range.paddedSize, paddedDims, 0)
  compare.array('firstStart', [0, 0, 0], firstStart, 0)
  compare.array(
    'lastStart',
    range.startCount.map((count) => count - 1),
    lastStart,
    0,
  )
}

function checkCropContent(
  { dims, patch, label, startInPadded, outputImage, outputLabel }: CropContentCase,
  compare: Comparison,
): void {
  const { pad } = cropRange(dims, patch)
  const cut = <T extends Float32Array | Uint8Array>(data: T) => {
    const target = new Float32Array(outputImage.length)
    cropInto(target, 0, viewOf(volumeOf(data, dims)), patch, startInPadded, pad)
    return target
  }
  const count = dims[0] * dims[1] * dims[2]
  compare.array('outputImage', cut(Float32Array.from({ length: count }, (_, i) => i + 1)), kitNumbers(outputImage), 0)
  compare.array('outputLabel', cut(kitBits(label)), kitBits(outputLabel), 0)
}

/** Generators differ, so counts and properties are compared: of several epochs of several seeds, and through the batches a training would get. */
function checkTwoStream(testCase: TwoStreamCase, compare: Comparison): void {
  const streams: TwoStream = {
    labelledCount: testCase.labelled,
    unlabelledCount: testCase.unlabelled,
    labelledPerBatch: testCase.batchSize - testCase.unlabelledPerBatch,
    unlabelledPerBatch: testCase.unlabelledPerBatch,
  }
  const perEpoch = iterationsPerEpoch(streams)
  compare.number('labelledPerBatch', streams.labelledPerBatch, testCase.labelledPerBatch, 0)
  compare.number('iterationsPerEpoch', perEpoch, testCase.iterationsPerEpoch, 0)
  // The references run one epoch more than fit, and stop inside it.
  compare.number('epochsFor6000Iterations', Math.floor(6000 / perEpoch) + 1, testCase.epochsFor6000Iterations, 0)
  for (const seed of [0, 1337]) {
    const orders = new Set<string>()
    for (let epoch = 0; epoch < 4; epoch++) {
      const batches = Array.from({ length: perEpoch }, (_, step) => twoStreamBatch(streams, seed, epoch * perEpoch + step))
      const labelled = batches.flatMap((batch) => batch.labelled)
      const unlabelled = batches.flatMap((batch) => batch.unlabelled)
      const where = `seed ${seed}, epoch ${epoch}:`
      compare.number(`${where} labelledDrawnPerEpoch`, new Set(labelled).size, testCase.labelledDrawnPerEpoch, 0)
      compare.number(`${where} labelledDroppedPerEpoch`, testCase.labelled - labelled.length, testCase.labelledDroppedPerEpoch, 0)
      compare.number(`${where} unlabelledDrawnPerEpoch`, unlabelled.length, testCase.unlabelledDrawnPerEpoch, 0)
      compare.number(`${where} distinctUnlabelledPerEpoch`, new Set(unlabelled).size, testCase.distinctUnlabelledPerEpoch, 0)
      for (let block = 0; block < unlabelled.length; block += testCase.unlabelled) {
        const drawn = unlabelled.slice(block, block + testCase.unlabelled)
        compare.number(`${where} distinct cases from draw ${block} on`, new Set(drawn).size, drawn.length, 0)
      }
      orders.add(`${labelled} ${unlabelled}`)
    }
    compare.number(`seed ${seed}: distinct orders of 4 epochs`, orders.size, 4, 0)
  }
  checkBatchOrder(streams, compare)
}

/** Labelled cases come first in the batch that a training gets. */
function checkBatchOrder(streams: TwoStream, compare: Comparison): void {
  const labelled = Array.from({ length: streams.labelledCount }, (_, index) => `labelled ${index}`)
  const unlabelled = Array.from({ length: streams.unlabelledCount }, (_, index) => `unlabelled ${index}`)
  const voxels = { size: [3, 3, 3] as Triple, spacing: [1, 1, 1] as Triple }
  const image = { data: new Float32Array(27), ...voxels }
  const cases = new Map(
    [...labelled, ...unlabelled].map((id) => [
      id,
      { id, image, ...(id.startsWith('l') && { label: { data: new Uint8Array(27), ...voxels } }) },
    ]),
  )
  const plan: BatchPlan = {
    seed: 1,
    patch: [2, 2, 2],
    labelled,
    unlabelled,
    rotFlip: false,
    labelledPerBatch: streams.labelledPerBatch,
    unlabelledPerBatch: streams.unlabelledPerBatch,
  }
  const { ids } = makeBatch(cases, plan, 0)
  compare.number('samples in a batch', ids.length, streams.labelledPerBatch + streams.unlabelledPerBatch, 0)
  compare.number(
    'labelled samples that lead the batch',
    ids.findIndex((id) => id.startsWith('u')),
    streams.labelledPerBatch,
    0,
  )
}

function checkFold(lists: FoldLists, testCase: FoldCase, compare: Comparison): void {
  const { labelled, unlabelled, test } = splitFold(lists, testCase.fold, testCase.labelledCount)
  const train = [...labelled, ...unlabelled]
  compare.number('train', train.length, testCase.train, 0)
  compare.number('test', test.length, testCase.test, 0)
  compare.number('unlabelledCount', unlabelled.length, testCase.unlabelledCount, 0)
  same(compare, 'labelled', labelled.join(' '), testCase.labelled.join(' '))
  for (const [name, ids] of Object.entries({ labelled, unlabelled, train, test })) {
    same(compare, `sha256 ${name}`, sha256(ids), testCase.sha256[name as keyof FoldCase['sha256']])
  }
  const { probe } = testCase
  same(compare, 'probe trainId', probe.trainIndex.map((index) => train[index]).join(' '), probe.trainId.join(' '))
  same(compare, 'probe testId', probe.testIndex.map((index) => test[index]).join(' '), probe.testId.join(' '))
}

function same(compare: Comparison, what: string, got: string, expected: string): void {
  if (got !== expected) compare.fail(what, got, expected, 0)
}

function sha256(ids: readonly string[]): string {
  return createHash('sha256').update(ids.join('\n')).digest('hex')
}
