import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runAugment } from '../src/conformance/augment'

const kit = JSON.parse(readFileSync(new URL('../fixtures/conformance/augment.json', import.meta.url), 'utf8'))

describe('augmentation, batches and folds against the references', () => {
  it('agrees with every case of the kit', async () => {
    const groups = await runAugment(kit)
    expect(groups.map(({ group, passed, failed, skipped }) => ({ group, passed, failed, skipped }))).toEqual([
      { group: 'augment rotFlip', passed: 16, failed: [], skipped: undefined },
      { group: 'augment cropRanges', passed: 16, failed: [], skipped: undefined },
      { group: 'augment cropContent', passed: 4, failed: [], skipped: undefined },
      { group: 'augment twoStream', passed: 7, failed: [], skipped: undefined },
      { group: 'augment folds LA', passed: 5, failed: [], skipped: undefined },
      { group: 'augment folds Pancreas', passed: 4, failed: [], skipped: undefined },
    ])
  })

  it('notices what is off', async () => {
    const altered = structuredClone(kit)
    altered.rotFlip.cases[2].flipAxis = 1
    altered.cropRanges.cases[3].lastStart[0] += 1
    altered.cropContent[1].startInPadded[2] -= 1
    altered.twoStream.cases[5].labelledDroppedPerEpoch = 0
    altered.folds.LA[2].labelled.reverse()
    const failed = (await runAugment(altered)).flatMap((group) => group.failed.map(({ what }) => `${group.group}: ${what}`))
    expect([...new Set(failed)]).toEqual([
      'augment rotFlip: outputImage[0]',
      'augment rotFlip: outputLabel[0]',
      'augment cropRanges: lastStart[0]',
      'augment cropContent: outputImage[0]',
      'augment cropContent: outputLabel[0]',
      ...[0, 1337].flatMap((seed) =>
        [0, 1, 2, 3].map((epoch) => `augment twoStream: seed ${seed}, epoch ${epoch}: labelledDroppedPerEpoch`),
      ),
      'augment folds LA: labelled',
    ])
  })
})
