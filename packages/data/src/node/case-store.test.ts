import { describe, expect, it } from 'vitest'
import { laFolder } from '../../test/la-folder'
import { smallCase } from '../../test/small-case'
import { reduceImage, reduceLabel } from '../reduce-volume'
import type { CaseSource } from './case-source'
import { CaseStore } from './case-store'

const cases = [smallCase('A', [7, 6, 5], 0), smallCase('B', [6, 6, 6], 1)]
const memory: CaseSource = { kind: 'memory', cases }

describe('CaseStore', () => {
  it('keeps reduced images and labels for training, and the original label for scoring', async () => {
    const store = new CaseStore(memory, { factor: 2 })
    await store.load({ labelled: ['A'], test: ['B'] })
    expect(Array.from(store.image('A').data)).toEqual(Array.from(reduceImage(cases[0]!.image, 2).data))
    expect(Array.from(store.label('A').data)).toEqual(Array.from(reduceLabel(cases[0]!.label, 2).data))
    expect(store.image('B').size).toEqual([3, 3, 3])
    expect(store.reference('B')).toEqual(cases[1]!.label)
    expect(store.sha256('A')).toMatch(/^[0-9a-f]{64}$/)
    expect(store.sha256('A')).not.toBe(store.sha256('B'))
  })

  it('has no label of a case that was loaded as unlabelled or for scoring', async () => {
    const store = new CaseStore(memory, { factor: 2 })
    await store.load({ unlabelled: ['A'], test: ['B'] })
    expect(() => store.label('A')).toThrow('CaseStore: the label of case A is not loaded; load it as labelled first')
    expect(() => store.reference('A')).toThrow('the reference of case A is not loaded; load it as test first')
    expect(() => store.label('B')).toThrow('the label of case B is not loaded')
    expect(store.trainingCase('A', false)).toEqual({ id: 'A', image: store.image('A') })
  })

  it('loads what is missing only', async () => {
    const store = new CaseStore(memory)
    const loaded: string[] = []
    const onProgress = ({ id, done, total }: { id: string; done: number; total: number }) => loaded.push(`${id} ${done}/${total}`)
    await store.load({ unlabelled: ['A'] }, { onProgress })
    const image = store.image('A')
    await store.load({ labelled: ['A', 'B'] }, { onProgress })
    await store.load({ labelled: ['A', 'B'] }, { onProgress })
    expect(loaded).toEqual(['A 1/1', 'A 1/2', 'B 2/2'])
    expect(store.image('A')).toBe(image)
    store.clear()
    expect(() => store.image('A')).toThrow('the image of case A is not loaded')
  })

  it('leaves values alone at factor 1 unless told to standardise', async () => {
    const plain = new CaseStore(memory)
    const standardised = new CaseStore(memory, { restandardise: true })
    await Promise.all([plain.load({ unlabelled: ['A'] }), standardised.load({ unlabelled: ['A'] })])
    expect(plain.image('A')).toEqual(cases[0]!.image)
    expect(Math.abs(standardised.image('A').data.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-2)
  })

  it('gives the same bits from threads as without', async () => {
    const { root, sha256 } = await laFolder({ A: { shape: [6, 7, 8] }, B: { shape: [8, 7, 6] }, C: { shape: [7, 7, 7] } })
    const needs = { labelled: ['A'], unlabelled: ['B'], test: ['C'] }
    const inline = new CaseStore({ kind: 'la', root, sha256 }, { factor: 2, threads: 0 })
    const threaded = new CaseStore({ kind: 'la', root, sha256 }, { factor: 2, threads: 2 })
    await Promise.all([inline.load(needs), threaded.load(needs)])
    for (const id of ['A', 'B', 'C']) {
      expect(threaded.image(id)).toEqual(inline.image(id))
      expect(threaded.image(id).data.buffer).toBeInstanceOf(SharedArrayBuffer)
      expect(threaded.sha256(id)).toBe(sha256[id])
    }
    expect(threaded.label('A')).toEqual(inline.label('A'))
    expect(threaded.reference('C')).toEqual(inline.reference('C'))
  })

  it('makes phantoms by their ids', async () => {
    const store = new CaseStore({ kind: 'phantom', seed: 1 }, { factor: 3, threads: 1 })
    await store.load({ test: ['PHANTOM003'] })
    expect(store.image('PHANTOM003').size).toEqual(store.reference('PHANTOM003').size.map((n) => Math.floor(n / 3)))
  })

  it('never reads the label of an unlabelled case', async () => {
    // A label of 9 would be refused, were it read.
    const { root } = await laFolder({ A: { label: Array(120).fill(9) } })
    const store = new CaseStore({ kind: 'la', root }, { threads: 0 })
    await store.load({ unlabelled: ['A'] })
    expect(store.image('A').size).toEqual([5, 4, 6])
    await expect(store.load({ labelled: ['A'] })).rejects.toThrow('LA case A: label voxel 0 is 9, expected only 0 and 1')
  })

  it('says from a thread what it would say without', async () => {
    const { root } = await laFolder({ A: {} })
    const words = /^LA case GONE: .*mri_norm2\.h5 is not there; .+, and see datasets\/la\/README\.md for how to get it$/
    for (const threads of [0, 1]) {
      const store = new CaseStore({ kind: 'la', root }, { threads })
      await expect(store.load({ unlabelled: ['GONE'] })).rejects.toMatchObject({
        code: 'DUALSEG_DATA',
        message: expect.stringMatching(words),
      })
    }
  })
})
