import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import {
  axesOf,
  encodeNifti,
  type ImageVolume,
  type LabelClass,
  type LabelVolume,
  reorient,
  type Volume,
  type VoxelArray,
} from '@dualseg/data'
import { type CaseSource, CaseStore, type Dataset, labelClassesOf, makeFolder, readImage } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import type { CaseResult, ClassScores } from '@dualseg/trainer'
import { quantileSorted } from 'simple-statistics'
import type { Comparison } from './comparison'
import { addressOf } from './pages/links'
import { type ReportedRun, shortHash } from './run-files'

/** A data set's name and where its cases come from. */
export type ReportedVolumes = Pick<Dataset, 'name' | 'source'>

/** Volumes of one case, as files from the report's folder. */
export interface CaseVolumes {
  readonly image: string
  readonly reference: string
  readonly predictions: readonly { readonly label: string; readonly file: string }[]
  /** Names of the labels 1, 2, … where there are several. */
  readonly classes?: readonly string[]
}

export interface WriteVolumesOptions {
  /** Cases. @default all that were tested */
  readonly ids?: readonly string[]
  onProgress?(done: number, total: number): void
}

const AT_A_TIME = 4

/**
 * Writes image and reference of cases, and the predictions that were kept, where the viewer finds them. The image is reduced to
 * 8 bits between its 0.5th and 99.5th percentile: a fifth of the size, and no eye sees more.
 *
 * @returns volumes by case id
 */
export async function writeVolumes(
  out: string,
  { arms }: Comparison,
  dataset: ReportedVolumes,
  { ids = testedIds(arms), onProgress }: WriteVolumesOptions,
): Promise<Map<string, CaseVolumes>> {
  const runs = arms.flatMap((arm) => arm.runs.map((run) => ({ arm, run })))
  const written = new Map<string, CaseVolumes>()
  const classes = labelClassesOf(dataset.source)
  const names = classes.length > 1 ? { classes: classes.map(({ name }) => name) } : {}
  for (let at = 0; at < ids.length; at += AT_A_TIME) {
    const few = ids.slice(at, at + AT_A_TIME)
    // A store of its own, so that no more than these are in memory.
    const store = new CaseStore(onOwnGrid(dataset.source))
    await store.load({ test: few })
    for (const id of few) {
      const image = `volumes/${dataset.name}/${id}.image.js`
      const reference = `volumes/${dataset.name}/${id}.reference.js`
      await writeScript(out, image, await compressed(forDisplay(store.image(id))))
      await writeScript(out, reference, await compressed(store.reference(id)))
      const predictions: { label: string; file: string }[] = []
      for (const { arm, run } of runs) {
        if (!run.predictions.includes(id)) continue
        const scored = run.cases.find((one) => one.id === id)
        const mask = store.reference(id)
        const data = await readPrediction(run, id, scored, mask, classes)
        const file = `volumes/${shortHash(run)}/${id}.prediction.js`
        // With the reference's own header, so that the viewer lays one on the other whatever the run's version wrote.
        await writeScript(out, file, await compressed({ ...mask, data }))
        predictions.push({ label: `${arm.name}, fold ${run.config.fold}, seed ${run.config.seed}`, file })
      }
      written.set(id, { image, reference, predictions, ...names })
      onProgress?.(written.size, ids.length)
    }
  }
  return written
}

/** Every case that a run of these tested, in order. */
export function testedIds(arms: Comparison['arms']): string[] {
  return [...new Set(arms.flatMap(({ runs }) => runs.flatMap(({ cases }) => cases.map(({ id }) => id))))].sort()
}

/** Cases are looked at on the grid of their files, on which they were scored. */
function onOwnGrid(source: CaseSource): CaseSource {
  if (source.kind !== 'files') return source
  const { spacing: _, ...asStored } = source
  return asStored
}

/** A file that a page from `file://` can load: a script that hands over its NIfTI. */
async function writeScript(out: string, file: string, nifti: Uint8Array): Promise<void> {
  const path = join(out, file)
  makeFolder(dirname(path))
  await writeFile(path, `dualsegVolume(${JSON.stringify(addressOf(file))}, '${Buffer.from(nifti).toString('base64')}')\n`)
}

/** A mask beside figures that it did not get would be worse than none. */
async function readPrediction(
  run: ReportedRun,
  id: string,
  scored: CaseResult | undefined,
  reference: LabelVolume,
  classes: readonly LabelClass[],
): Promise<Uint8Array> {
  const path = predictionPath(run, id)
  const stored = await readImage(path)
  // Kept in the order of the case's own files, which the reference was turned from.
  const axes = axesOf(reference)
  const { data, size } = axes === undefined ? stored : reorient(stored, axes)
  if (size.some((n, axis) => n !== reference.size[axis])) {
    throw dualsegError(
      'DUALSEG_DATA',
      `${path} has size [${size}], the reference [${reference.size}]; it belongs to other volumes`,
    )
  }
  const labels = labelsOf(data, classes)
  if (scored !== undefined) expectScored(path, labels, reference.data, scored.classes ?? [scored])
  return labels
}

/** A mask's values as the numbers of their classes; of one class whatever is not 0, since earlier versions wrote 1 for any value. */
function labelsOf(data: VoxelArray, classes: readonly LabelClass[]): Uint8Array {
  if (classes.length === 1) return Uint8Array.from(data, (value) => Number(value !== 0))
  const labels = new Map(classes.flatMap(({ values }, index) => values.map((value) => [value, index + 1] as const)))
  return Uint8Array.from(data, (value) => labels.get(value) ?? 0)
}

/** @param scores of the classes 1, 2, … */
function expectScored(path: string, labels: Uint8Array, reference: Uint8Array, scores: readonly ClassScores[]): void {
  for (const [index, { dice }] of scores.entries()) {
    const label = index + 1
    let both = 0
    let either = 0
    for (let i = 0; i < labels.length; i++) {
      const [inMask, inReference] = [labels[i] === label, reference[i] === label]
      both += Number(inMask && inReference)
      either += Number(inMask) + Number(inReference)
    }
    const found = either === 0 ? 1 : (2 * both) / either
    if (Math.abs(found - dice) <= 1e-6) continue
    const ofClass = scores.length === 1 ? '' : ` for class ${label}`
    throw dualsegError(
      'DUALSEG_DATA',
      `${path} has Dice ${found} with the reference${ofClass}, cases.jsonl says ${dice}; one of them was changed`,
    )
  }
}

function predictionPath({ folder }: ReportedRun, id: string): string {
  return join(folder, 'predictions', `${id}.nii.gz`)
}

async function compressed(volume: Volume): Promise<Uint8Array> {
  return promisify(gzip)(encodeNifti(volume))
}

function forDisplay(image: ImageVolume): Volume<Uint8Array> {
  const sorted = image.data.slice().sort()
  const low = quantileSorted(sorted as unknown as number[], 0.005)
  const high = quantileSorted(sorted as unknown as number[], 0.995)
  const scale = high > low ? 255 / (high - low) : 0
  return { ...image, data: Uint8Array.from(image.data, (value) => Math.min(255, Math.max(0, Math.round((value - low) * scale)))) }
}
