import { describe, expect, it } from 'vitest'
import { type EmptyPolicy, evaluateMask, surfaceDistancesNode } from '../src/index-node.js'
import { box, empty } from './masks.js'

const size = [8, 7, 6]
const some = box(size, [2, 2, 2], [5, 5, 5])
const none = empty(size)
const diagonal = Math.hypot(8, 7, 6)

// policy, prediction, reference -> [dice, jaccard, hd95, asd]
const scores: [EmptyPolicy, 'prediction' | 'reference' | 'both', number[]][] = [
  ['zero', 'prediction', [0, 0, 0, 0]],
  ['zero', 'both', [0, 0, 0, 0]],
  ['zero-either', 'prediction', [0, 0, 0, 0]],
  ['zero-either', 'reference', [0, 0, 0, 0]],
  ['zero-either', 'both', [0, 0, 0, 0]],
  ['nan', 'prediction', [0, 0, Number.NaN, Number.NaN]],
  ['nan', 'reference', [0, 0, Number.NaN, Number.NaN]],
  ['nan', 'both', [1, 1, Number.NaN, Number.NaN]],
  ['diagonal', 'prediction', [0, 0, diagonal, diagonal]],
  ['diagonal', 'reference', [0, 0, diagonal, diagonal]],
  ['diagonal', 'both', [1, 1, 0, 0]],
  ['exclude', 'prediction', [0, 0, Number.NaN, Number.NaN]],
  ['exclude', 'both', [1, 1, Number.NaN, Number.NaN]],
]

const pair = (which: string) => [which === 'reference' ? some : none, which === 'prediction' ? some : none] as const

describe('empty masks', () => {
  it.each(scores)('%s scores an empty %s as %j says', async (policy, which, [dice, jaccard, hd95, asd]) => {
    const result = await evaluateMask(...pair(which), { empty: policy })
    expect(result).toMatchObject({
      dice,
      jaccard,
      hd95,
      asd,
      emptyPrediction: which !== 'reference',
      emptyReference: which !== 'prediction',
      excluded: policy === 'exclude',
      empty: policy,
      definition: 'medpy',
    })
  })

  it.each([
    ['error', 'prediction', /the prediction is empty, so there is no distance \(empty: 'error'\)/],
    ['error', 'reference', /the reference is empty/],
    ['error', 'both', /both masks are empty/],
    ['zero', 'reference', /the reference is empty, so there is no distance \(empty: 'zero'\)/],
  ] as const)('%s refuses an empty %s', async (policy, which, words) => {
    await expect(evaluateMask(...pair(which), { empty: policy })).rejects.toThrow(words)
    await expect(surfaceDistancesNode(...pair(which), { empty: policy })).rejects.toMatchObject({ code: 'DUALSEG_VALUE' })
  })

  it('refuses by default, so that no score is made up unasked', async () => {
    await expect(surfaceDistancesNode(none, some)).rejects.toThrow(/prediction is empty/)
  })

  it('fills every distance and still counts the surface that is there', async () => {
    const result = await surfaceDistancesNode(none, some, { empty: 'diagonal', spacing: [1, 2, 3], distances: true })
    const far = Math.hypot(8, 14, 18)
    expect(result).toMatchObject({ hd: far, hd95: far, asd: far, asdReverse: far, assd: far, assdOfMeans: far })
    expect(result.toReference).toMatchObject({ mean: far, percentile95: far, maximum: far })
    expect(result.toReference.distances).toHaveLength(0)
    expect(result.surfacePoints).toEqual({ prediction: 0, reference: 26 })
  })

  it('does not touch masks that are not empty', async () => {
    const policies: EmptyPolicy[] = ['error', 'zero', 'zero-either', 'nan', 'diagonal', 'exclude']
    for (const policy of policies) {
      expect(await evaluateMask(some, some, { empty: policy })).toMatchObject({
        dice: 1,
        hd95: 0,
        excluded: false,
        empty: policy,
      })
    }
  })

  it('names the known policies when asked for another', async () => {
    const empty = 'drop' as EmptyPolicy
    await expect(evaluateMask(none, some, { empty })).rejects.toThrow(/'drop' is no policy; known: error, zero, zero-either, nan/)
  })
})
