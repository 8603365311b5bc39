import { describe, expect, it } from 'vitest'
import { laFolder } from '../../test/la-folder'
import { smallCase } from '../../test/small-case'
import type { BatchPlan } from '../make-batch'
import type { TrainingCase } from '../volume'
import { BatchLoader, type TrainingCases } from './batch-loader'
import { CaseStore } from './case-store'

const labelled = ['L0', 'L1', 'L2', 'L3']
const unlabelled = ['U0', 'U1', 'U2']
const plan: BatchPlan = {
  seed: 3,
  patch: [4, 4, 4],
  labelled,
  unlabelled,
  labelledPerBatch: 2,
  unlabelledPerBatch: 2,
  rotFlip: true,
}
const asked: string[] = []
const cases: TrainingCases = {
  trainingCase(id, wantsLabel): TrainingCase {
    asked.push(`${id}${wantsLabel ? ' with label' : ''}`)
    const { image, label } = smallCase(id, [8, 7, 6], Number(id[1]))
    return wantsLabel ? { id, image, label } : { id, image }
  },
}

describe('BatchLoader', () => {
  it('gives the same bits from its thread as without, in any order', async () => {
    const threaded = new BatchLoader(plan, cases)
    const plain = new BatchLoader(plan, cases, { worker: false })
    for (const iteration of [0, 1, 2, 9, 10, 4]) expect(await threaded.next(iteration)).toEqual(await plain.next(iteration))
    await Promise.all([threaded.close(), plain.close()])
  })

  it('gives the same augmented bits from its thread as without, also when it begins in the middle', async () => {
    const strong: BatchPlan = { ...plan, augment: { kind: 'strong', mirrorAxes: [0, 1, 2] } }
    const threaded = new BatchLoader(strong, cases)
    const plain = new BatchLoader(strong, cases, { worker: false })
    for (const iteration of [12, 13, 14, 15, 16, 17, 0]) {
      expect(await threaded.next(iteration)).toEqual(await plain.next(iteration))
    }
    await Promise.all([threaded.close(), plain.close()])
  })

  it('asks for labels of labelled cases only', async () => {
    asked.length = 0
    await new BatchLoader(plan, cases, { worker: false }).close()
    expect(asked).toEqual(['U0', 'U1', 'U2', ...labelled.map((id) => `${id} with label`)])
    asked.length = 0
    await new BatchLoader({ ...plan, unlabelledPerBatch: 0 }, cases, { worker: false }).close()
    expect(asked).toEqual(labelled.map((id) => `${id} with label`))
  })

  it('hands its buffers over: what the caller writes does not come back', async () => {
    const loader = new BatchLoader(plan, cases)
    const batch = await loader.next(0)
    const before = batch.image.slice()
    batch.image.fill(-1)
    expect((await loader.next(0)).image).toEqual(before)
    await loader.close()
  })

  it('serves several requests at once', async () => {
    const loader = new BatchLoader(plan, cases, { ahead: 3, iterations: 5 })
    const batches = await Promise.all([0, 1, 2, 3, 4].map((iteration) => loader.next(iteration)))
    expect(batches.map(({ iteration }) => iteration)).toEqual([0, 1, 2, 3, 4])
    const [one, same] = await Promise.all([loader.next(2), loader.next(2)])
    expect(one).toEqual(same)
    expect(one.image.buffer).not.toBe(same.image.buffer)
    await loader.close()
  })

  it('says what went wrong in its thread, in the words of the cause', async () => {
    const broken: TrainingCases = { trainingCase: (id) => ({ id, image: smallCase(id, [8, 7, 6]).image }) }
    const loader = new BatchLoader(plan, broken)
    await expect(loader.next(0)).rejects.toMatchObject({
      code: 'DUALSEG_DATA',
      message: expect.stringMatching(/^makeBatch: case L\d is planned as labelled, but was loaded without its label$/),
    })
    await loader.close()
  })

  it('refuses a plan that cannot fill a batch at once', () => {
    expect(() => new BatchLoader({ ...plan, labelled: ['L0'] }, cases)).toThrow('1 labelled cases cannot fill batches with 2')
  })

  it('refuses requests after it was closed, also those on their way', async () => {
    const loader = new BatchLoader(plan, cases)
    const onItsWay = loader.next(0)
    const failing = expect(onItsWay).rejects.toThrow('BatchLoader: closed while a batch was being prepared')
    await loader.close()
    await failing
    await expect(loader.next(1)).rejects.toThrow('BatchLoader: closed; make another one')
    await loader.close()
  })

  it('gives the same batches when files carry noise for labels of unlabelled cases', async () => {
    const shape: [number, number, number] = [8, 9, 10]
    const files = (noise: boolean) =>
      Object.fromEntries(
        [...labelled, ...unlabelled].map((id) => [
          id,
          { shape, ...(noise && id.startsWith('U') && { label: Array.from({ length: 720 }, (_, i) => (i * 31) % 256) }) },
        ]),
      )
    const batches = []
    for (const noise of [false, true]) {
      const { root } = await laFolder(files(noise))
      const store = new CaseStore({ kind: 'la', root }, { threads: 0 })
      await store.load({ labelled, unlabelled })
      const loader = new BatchLoader(plan, store)
      batches.push(await Promise.all([0, 1, 2, 3].map((iteration) => loader.next(iteration))))
      await loader.close()
    }
    expect(batches[1]).toEqual(batches[0])
  })
})
