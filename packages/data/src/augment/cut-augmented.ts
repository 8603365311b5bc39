import type { RandomStream } from '@dualseg/kernels/random'
import { dataError } from '../data-error'
import { cropInto } from '../random-crop'
import { type TrainingCase, type Triple, type VoxelArray, voxelCount } from '../volume'
import { type VolumeView, viewOf } from '../volume-view'
import { augmentIntensities } from './augment-intensities'
import type { AugmentationDraw } from './augmentation'
import { mirroredCrop, mirroredMatrix } from './mirrored'
import type { Placement } from './placed-rows'
import { sampleImage } from './sample-image'
import { sampleLabel } from './sample-label'

/** Where a crop is cut: `start` in coordinates of a volume that has `pad` more voxels on both sides of every axis, as `cropRange` and `drawCropStart` give them. */
export interface CropPlace {
  readonly patch: Readonly<Triple>
  readonly start: Readonly<Triple>
  readonly pad: Readonly<Triple>
}

/**
 * One augmented crop of a case, image and label moved alike. What a turned crop shows beyond its own box is taken from the volume, so that corners are empty
 * only where the volume ends.
 *
 * @param random the stream that the draw came from; makes the noise
 * @returns crops in tensor order (z fastest); a label if the case has one
 * @throws DUALSEG_SHAPE if the label lies on another grid than the image
 */
export function cutAugmented(
  { image, label }: Pick<TrainingCase, 'image' | 'label'>,
  place: CropPlace,
  draw: AugmentationDraw,
  random: RandomStream,
): { image: Float32Array<ArrayBuffer>; label?: Uint8Array<ArrayBuffer> } {
  const values = new Float32Array(voxelCount([...place.patch]))
  cutImageInto(values, viewOf(image), place, draw, random)
  if (!label) return { image: values }
  if (label.size.some((n, axis) => n !== image.size[axis])) {
    throw dataError(`cutAugmented: label [${label.size}] does not lie on the image's grid [${image.size}]`, {
      code: 'DUALSEG_SHAPE',
    })
  }
  const labels = new Uint8Array(values.length)
  cutLabelInto(labels, viewOf(label), place, draw)
  return { image: values, label: labels }
}

export function cutImageInto(
  values: Float32Array,
  view: VolumeView,
  place: CropPlace,
  draw: AugmentationDraw,
  random: RandomStream,
): void {
  cutInto(values, view, place, draw, sampleImage)
  augmentIntensities(values, place.patch, draw, random)
}

export function cutLabelInto(values: Uint8Array, view: VolumeView, place: CropPlace, draw: AugmentationDraw): void {
  cutInto(values, view, place, draw, sampleLabel)
}

function cutInto<T extends VoxelArray>(
  values: T,
  view: VolumeView,
  place: CropPlace,
  { matrix, mirror }: AugmentationDraw,
  sample: (values: T, view: VolumeView, placement: Placement) => void,
): void {
  const { patch, start, pad } = place
  if (matrix) {
    const centre = start.map((at, axis) => at - pad[axis]! + (patch[axis]! - 1) / 2) as Triple
    sample(values, view, { patch, centre, matrix: mirroredMatrix(matrix, mirror) })
  } else {
    const mirrored = mirroredCrop(view, place, mirror)
    cropInto(values, 0, mirrored.view, patch, mirrored.start, pad)
  }
}
