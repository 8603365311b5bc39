import { type RandomStream, random } from '@dualseg/kernels/random'
import { type Augmentation, type AugmentationDraw, drawAugmentation } from './augment/augmentation'
import { cutImageInto, cutLabelInto } from './augment/cut-augmented'
import { dataError } from './data-error'
import { cropRange, drawCropStart } from './random-crop'
import { drawRotFlip, type RotFlip, rotFlipView } from './rot-flip'
import { type TwoStream, twoStreamBatch } from './two-stream'
import { type TrainingCase, type Triple, voxelCount } from './volume'
import { viewOf } from './volume-view'

/** All that decides which voxels an iteration sees, besides the cases themselves. */
export interface BatchPlan {
  seed: number
  /** Patch along x, y, z. */
  patch: Triple
  /** Ids in the order of the fold list. */
  labelled: string[]
  /** Ids in the order of the fold list; may be empty if no batch takes any. */
  unlabelled: string[]
  labelledPerBatch: number
  unlabelledPerBatch: number
  /** Turn and flip at random before cropping. */
  rotFlip: boolean
  /** What is done to every crop, labelled or not. @default nothing */
  augment?: Augmentation
}

export interface Batch {
  iteration: number
  /** Labelled cases first. */
  ids: string[]
  /** `[labelledPerBatch + unlabelledPerBatch, px, py, pz, channels]`, row-major. */
  image: Float32Array<ArrayBuffer>
  imageShape: [number, number, number, number, number]
  /** `[labelledPerBatch, px, py, pz]`, row-major: unlabelled samples have no label. */
  label: Uint8Array<ArrayBuffer>
  labelShape: [number, number, number, number]
}

export function streamsOf(plan: BatchPlan): TwoStream {
  return {
    labelledCount: plan.labelled.length,
    unlabelledCount: plan.unlabelled.length,
    labelledPerBatch: plan.labelledPerBatch,
    unlabelledPerBatch: plan.unlabelledPerBatch,
  }
}

/**
 * The batch of one iteration. A pure function: its draws are keyed by (seed, purpose, iteration, position in the batch), so that it does not matter
 * which thread makes it, when, or what was made before. All channels of a case are cut, turned and bent alike; what changes values is drawn for each.
 *
 * @throws DUALSEG_DATA if a case is absent, has another number of channels than the others, a labelled case has no label, or its label lies on another grid
 */
export function makeBatch(cases: ReadonlyMap<string, TrainingCase>, plan: BatchPlan, iteration: number): Batch {
  const drawn = twoStreamBatch(streamsOf(plan), plan.seed, iteration)
  const ids = [
    ...drawn.labelled.map((index) => plan.labelled[index]!),
    ...drawn.unlabelled.map((index) => plan.unlabelled[index]!),
  ]
  const [px, py, pz] = plan.patch
  const voxels = voxelCount(plan.patch)
  const channels = 1 + (cases.get(ids[0]!)?.otherChannels?.length ?? 0)
  const image = new Float32Array(ids.length * voxels * channels)
  const label = new Uint8Array(plan.labelledPerBatch * voxels)
  ids.forEach((id, sample) => {
    const found = cases.get(id)
    if (!found) throw dataError(`makeBatch: case ${id} is not loaded; load every case of the plan first`)
    const turn = plan.rotFlip ? drawRotFlip(random(plan.seed, 'rot-flip', iteration, sample)) : null
    const imageView = turned(found.image, turn)
    const range = cropRange(imageView.size, plan.patch)
    const start = drawCropStart(range, random(plan.seed, 'crop', iteration, sample))
    const stream = random(plan.seed, 'augment', iteration, sample)
    const draw = plan.augment ? drawAugmentation(plan.augment, plan.patch, stream) : { mirror: [] }
    const place = { patch: plan.patch, start, pad: range.pad }
    const here = [sample * voxels, (sample + 1) * voxels] as const
    const others = found.otherChannels ?? []
    if (others.length !== channels - 1)
      throw dataError(`makeBatch: case ${id} has ${others.length + 1} channels, others have ${channels}`)
    if (channels === 1) cutImageInto(image.subarray(...here), imageView, place, draw, stream)
    else {
      const own = image.subarray(here[0] * channels, here[1] * channels)
      const views = [imageView, ...others.map((other) => turned(other, turn))]
      for (const [channel, view] of views.entries()) {
        const values = new Float32Array(voxels)
        const ofValues = channel === 0 ? stream : random(plan.seed, `augment/channel${channel}`, iteration, sample)
        cutImageInto(values, view, place, channel === 0 ? draw : drawOfChannel(plan, draw, ofValues), ofValues)
        for (let i = 0, to = channel; i < voxels; i++, to += channels) own[to] = values[i]!
      }
    }
    if (sample >= plan.labelledPerBatch) return
    if (!found.label) throw dataError(`makeBatch: case ${id} is planned as labelled, but was loaded without its label`)
    if (found.label.size.some((n, axis) => n !== found.image.size[axis])) {
      throw dataError(`makeBatch: case ${id}: label [${found.label.size}] does not lie on the image's grid [${found.image.size}]`)
    }
    cutLabelInto(label.subarray(...here), turned(found.label, turn), place, draw)
  })
  return {
    iteration,
    ids,
    image,
    imageShape: [ids.length, px, py, pz, channels],
    label,
    labelShape: [plan.labelledPerBatch, px, py, pz],
  }
}

/** The place of a case's crop with changes of values of a channel's own. */
function drawOfChannel(
  { augment, patch }: BatchPlan,
  { matrix, mirror }: AugmentationDraw,
  stream: RandomStream,
): AugmentationDraw {
  if (augment === undefined) return { mirror }
  const { matrix: _, ...changes } = drawAugmentation(augment, patch, stream)
  return { ...changes, mirror, ...(matrix && { matrix }) }
}

function turned(volume: Parameters<typeof viewOf>[0], turn: RotFlip | null) {
  return turn ? rotFlipView(viewOf(volume), turn) : viewOf(volume)
}
