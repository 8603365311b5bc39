import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Volume } from '@dualseg/data'
import { writeImage } from '@dualseg/data/node'
import { type DicomFileOptions, dicomFile } from '../../packages/data/test/dicom-file'
import { laFile } from '../../packages/data/test/la-file'
import { ballInNoise } from './miniature-project'

/** How the cases of an own data set are stored. */
export type Storage = 'nii.gz' | 'nii' | 'nrrd' | 'mha' | 'h5' | 'dicom'

export interface OwnDataset {
  readonly root: string
  /** `datasets/own`. */
  readonly folder: string
  readonly volumes: string
  readonly ids: readonly string[]
  /** Path of a case's file, or of its DICOM folder. */
  file(id: string, part: 'image' | 'label'): string
  describe(change?: Record<string, unknown>): void
  remove(): void
}

const CASES = 6

const pristine = new Map<Storage, OwnDataset>()

/** A project with a data set `own` of six small cases with geometry, three folds of two. Made once: writing images takes longer than all else. */
export async function ownDataset(storage: Storage = 'nii.gz'): Promise<OwnDataset> {
  const made = pristine.get(storage) ?? (await makeOwnDataset(storage))
  pristine.set(storage, made)
  const root = mkdtempSync(join(tmpdir(), 'dualseg-own-'))
  cpSync(made.root, root, { recursive: true })
  return placed(root, storage)
}

/** Removes what the copies were made from. */
export function removePristine(): void {
  for (const made of pristine.values()) made.remove()
  pristine.clear()
}

function placed(root: string, storage: Storage): OwnDataset {
  const folder = join(root, 'datasets', 'own')
  const volumes = join(folder, 'volumes')
  const ids = Array.from({ length: CASES }, (_, index) => `P${index + 1}`)
  const ending = storage === 'dicom' ? '' : `.${storage}`
  const labelEnding = storage === 'dicom' ? '.nii.gz' : ending
  const patterns =
    storage === 'h5'
      ? { image: 'P-{case}.h5', label: 'P-{case}.h5' }
      : { image: `{case}/image${ending}`, label: `{case}/label${labelEnding}` }
  const file = (id: string, part: 'image' | 'label') => join(volumes, patterns[part].replace('{case}', id))
  const describe = (change: Record<string, unknown> = {}) => {
    const description = {
      name: 'own',
      title: 'Own',
      files: patterns,
      labels: { foreground: [1], background: [5] },
      intensity: { scale: 'standard' },
      profiles: { full: { patch: [16, 16, 16], stride: [8, 8, 8] } },
      profile: 'quick',
      labelled: 2,
      folds: { lists: 'lists' },
      ...change,
    }
    writeFileSync(join(folder, 'dataset.json'), JSON.stringify(description))
  }
  return { root, folder, volumes, ids, file, describe, remove: () => rmSync(root, { recursive: true, force: true }) }
}

async function makeOwnDataset(storage: Storage): Promise<OwnDataset> {
  const own = placed(mkdtempSync(join(tmpdir(), 'dualseg-own-')), storage)
  const { folder, volumes, ids, file, describe } = own
  mkdirSync(join(folder, 'lists'), { recursive: true })
  for (const [fold, test] of [ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)].entries()) {
    writeFileSync(join(folder, 'lists', `test${fold}.list`), `${test.join('\n')}\n`)
    writeFileSync(join(folder, 'lists', `train${fold}.list`), `${ids.filter((id) => !test.includes(id)).join('\n')}\n`)
  }
  describe()
  for (const [index, id] of ids.entries()) {
    if (storage === 'h5') {
      mkdirSync(volumes, { recursive: true })
      writeFileSync(file(id, 'image'), await laFile(ballInNoise(index)))
      continue
    }
    const { image, label } = ownCase(index)
    if (storage === 'dicom') writeSeries(file(id, 'image'), image)
    else await writeImage(file(id, 'image'), image)
    await writeImage(file(id, 'label'), label)
  }
  return own
}

/** A ball in noise of 24 x 21 x 24 voxels, with geometry. */
export function ownCase(index: number): { image: Volume<Float32Array>; label: Volume<Uint8Array> } {
  // The balls are z fastest; any order is a ball.
  const { image, label } = ballInNoise(index)
  const grid = {
    size: [24, 21, 24] as [number, number, number],
    spacing: [1, 1.5, 2] as [number, number, number],
    origin: [-10, 20, 30] as [number, number, number],
  }
  return { image: { ...grid, data: image }, label: { ...grid, data: label } }
}

/** One DICOM file a slice; `change` alters or drops (null) one. */
export function writeSeries(
  folder: string,
  { data, size, spacing, origin }: Volume<Float32Array>,
  change: (slice: DicomFileOptions, index: number) => DicomFileOptions | null = (slice) => slice,
): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(dirname(join(folder, 'slice')), { recursive: true })
  const [columns, rows, slices] = size
  for (let z = 0; z < slices; z++) {
    const pixels = Int16Array.from(data.subarray(columns * rows * z, columns * rows * (z + 1)), (value) =>
      Math.round(100 * value),
    )
    const slice = change(
      {
        pixels,
        rows,
        columns,
        position: [origin![0], origin![1], origin![2] + spacing[2] * z],
        pixelSpacing: [spacing[1], spacing[0]],
      },
      z,
    )
    if (slice !== null) writeFileSync(join(folder, `slice${String(z).padStart(2, '0')}.dcm`), dicomFile(slice))
  }
}
