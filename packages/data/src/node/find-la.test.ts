import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { laFolder } from '../../test/la-folder'
import { temporaryFolder } from '../../test/temporary-folder'
import { findLa } from './find-la'

describe('findLa', () => {
  it('takes the place on the command line before the variable before the fallback', async () => {
    const [a, b, c] = await Promise.all([1, 2, 3].map((shift) => laFolder({ CASE: { shape: [2, 2, 1 + shift] } })))
    expect(await findLa({ data: a!.root, environment: b!.root, fallback: c!.root })).toEqual({ root: a!.root, from: '--data' })
    expect(await findLa({ environment: b!.root, fallback: c!.root })).toEqual({ root: b!.root, from: 'DUALSEG_DATA' })
    expect(await findLa({ fallback: c!.root })).toEqual({ root: c!.root, from: 'fallback' })
  })

  it('finds the cases in la/ too, and passes over stray files', async () => {
    const { root } = await laFolder({ CASE: {} })
    await mkdir(join(root, 'la'))
    await rename(join(root, 'CASE'), join(root, 'la', 'CASE'))
    await writeFile(join(root, 'la', '.DS_Store'), '')
    await writeFile(join(root, 'notes.txt'), '')
    expect(await findLa({ data: root })).toEqual({ root: join(root, 'la'), from: '--data' })
  })

  it('finds nothing where nothing was named', async () => {
    const empty = await temporaryFolder()
    expect(await findLa({ fallback: empty })).toBe(null)
    expect(await findLa({ fallback: join(empty, 'volumes') })).toBe(null)
    expect(await findLa({ environment: '' })).toBe(null)
  })

  it('refuses a named place without cases, and takes no other instead', async () => {
    const empty = await temporaryFolder()
    const { root } = await laFolder({ CASE: {} })
    await expect(findLa({ data: empty, fallback: root })).rejects.toMatchObject({
      code: 'DUALSEG_DATA',
      message: `--data: ${empty} holds no LA case; expected ${join(empty, 'la', '<case>', 'mri_norm2.h5')} or the cases directly in it`,
    })
    await expect(findLa({ environment: join(empty, 'gone'), fallback: root })).rejects.toThrow(
      /^DUALSEG_DATA: .*gone holds no LA case; expected .+ directly in it; it is not there; look for another spelling$/,
    )
  })
})
