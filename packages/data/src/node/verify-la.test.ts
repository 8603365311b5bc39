import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { laFolder } from '../../test/la-folder'
import { verifyLa } from './verify-la'

const cases = { A: { shape: [4, 4, 4] }, B: { shape: [5, 4, 3] }, C: { shape: [3, 4, 5] } } as const satisfies
  | Parameters<typeof laFolder>[0]
  | object

async function made() {
  return laFolder(
    Object.fromEntries(Object.entries(cases).map(([id, { shape }]) => [id, { shape: [...shape] as [number, number, number] }])),
  )
}

describe('verifyLa', () => {
  it('looks at every case and reports progress', async () => {
    const { root, sha256 } = await made()
    const progress: string[] = []
    const verified = await verifyLa(root, {
      sha256,
      threads: 0,
      onProgress: ({ done, total, id }) => progress.push(`${done}/${total} ${id}`),
    })
    expect(verified).toEqual([
      { id: 'A', sha256: sha256.A, size: [4, 4, 4] },
      { id: 'B', sha256: sha256.B, size: [5, 4, 3] },
      { id: 'C', sha256: sha256.C, size: [3, 4, 5] },
    ])
    expect(progress).toEqual(['1/3 A', '2/3 B', '3/3 C'])
  })

  it('says the same from threads', async () => {
    const { root, sha256 } = await made()
    expect(await verifyLa(root, { sha256, threads: 2 })).toEqual(await verifyLa(root, { sha256, threads: 0 }))
  })

  it('lists what is missing before reading anything', async () => {
    const { root, sha256 } = await made()
    await rm(join(root, 'B'), { recursive: true })
    await writeFile(join(root, 'A', 'mri_norm2.h5'), 'damaged')
    await expect(verifyLa(root, { sha256, threads: 0 })).rejects.toMatchObject({
      code: 'DUALSEG_DATA',
      message: expect.stringMatching(
        /^1 of 3 LA cases in .* are missing or wrong .*:\n {2}LA case B: .*mri_norm2\.h5 is not there; look for another spelling$/,
      ),
    })
    // Only what a run needs is asked for.
    await expect(verifyLa(root, { sha256, ids: ['C'], threads: 0 })).resolves.toHaveLength(1)
  })

  it('gathers what is wrong from every thread', async () => {
    const { root, sha256 } = await made()
    await writeFile(join(root, 'A', 'mri_norm2.h5'), 'damaged')
    const other = { ...sha256, C: sha256.B! }
    await expect(verifyLa(root, { sha256: other, threads: 2 })).rejects.toThrow(
      /^2 of 3 LA cases(.|\n)*LA case A: SHA-256 is [0-9a-f]{64}, expected(.|\n)*LA case C: SHA-256 is [0-9a-f]{64}, expected/,
    )
  })

  it('refuses a case whose labels are not 0 and 1 although its SHA-256 is known', async () => {
    const { root, sha256 } = await laFolder({ A: { label: Array(120).fill(2) } })
    await expect(verifyLa(root, { sha256, threads: 0 })).rejects.toThrow('LA case A: label voxel 0 is 2, expected only 0 and 1')
  })

  it('stops when asked to', async () => {
    const { root, sha256 } = await made()
    await expect(verifyLa(root, { sha256, threads: 1, signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop')
  })
})
