import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { toTensorOrder } from '../src/index'
import { BatchLoader, CaseStore, findLa, laDataset, readLaCase, verifyLa } from '../src/node'

const place = process.env.DUALSEG_DATA
const LA = fileURLToPath(new URL('../../../datasets/la/', import.meta.url))

describe.skipIf(!place)('the real LA volumes (DUALSEG_DATA)', () => {
  it('verifies all hundred cases', async () => {
    const { root } = (await findLa({ environment: place! }))!
    const { source } = await laDataset(LA, root)
    const verified = await verifyLa(root, { sha256: source.sha256! })
    const sizes = verified.map(({ size }) => size)
    expect(verified).toHaveLength(100)
    expect([Math.min(...sizes.map(([x]) => x)), Math.max(...sizes.map(([x]) => x))]).toEqual([148, 244])
    expect([Math.min(...sizes.map(([, y]) => y)), Math.max(...sizes.map(([, y]) => y))]).toEqual([132, 160])
    expect(new Set(sizes.map(([, , z]) => z))).toEqual(new Set([88]))
  })

  it('reads voxels as they lie in the file', async () => {
    const { root } = (await findLa({ environment: place! }))!
    const { image, label } = await readLaCase(join(root, '06SR5RBREL16DQ6M8LWS', 'mri_norm2.h5'))
    expect(image.size).toEqual([183, 140, 88])
    // Seen in the file: «image» in C order, elements 1000 to 1002.
    expect(Array.from(toTensorOrder(image).slice(1000, 1003))).toEqual([
      -0.21435055136680603, -0.21435055136680603, -0.21435055136680603,
    ])
    expect(label.data.reduce((sum, value) => sum + value, 0)).toBe(154296)
  })

  it('prepares batches of the quick profile', async () => {
    const { root } = (await findLa({ environment: place! }))!
    const { source, folds } = await laDataset(LA, root)
    const store = new CaseStore(source, { factor: 3 })
    const labelled = folds.train[0]!.slice(0, 2)
    const unlabelled = folds.train[0]!.slice(16, 18)
    await store.load({ labelled, unlabelled })
    const plan = {
      seed: 1,
      patch: [48, 48, 32] as [number, number, number],
      labelled,
      unlabelled,
      labelledPerBatch: 2,
      unlabelledPerBatch: 2,
      rotFlip: false,
    }
    const loader = new BatchLoader(plan, store, { iterations: 1 })
    const batch = await loader.next(0)
    await loader.close()
    expect(batch.imageShape).toEqual([4, 48, 48, 32, 1])
    expect(batch.label.some((value) => value === 1)).toBe(true)
  })
})
