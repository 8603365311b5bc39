import { labelValues, type Volume } from '@dualseg/data'
import { type ClassVolume, classVolumes } from '../prediction/class-volumes'
import { type Prediction, type PredictOptions, predictImage } from '../prediction/predict-image'
import type { Model } from './load-model'

export interface Segmentation extends Prediction {
  /** The labels as `bench predict` writes them: for every class the value that stands for it. */
  readonly mask: Volume
  /** How much of the image every class takes. */
  readonly classes: readonly ClassVolume[]
}

/**
 * Segments an image: prepares it as the training volumes were, scans it window by window, and brings the result back to the image's own grid. The voxels are those
 * of `bench predict` with the same engine.
 *
 * ```ts
 * await wasmEngine.open()
 * const model = await fetchModel('model/model.json')
 * const { mask } = await segment(model, await readImageFiles(input.files), { onProgress, signal })
 * const file = new Blob([encodeNifti(mask)])
 * ```
 *
 * @param image of a model with several channels all of them, on one grid
 * @throws as `predictImage`; what `options.signal` was aborted with
 */
export async function segment(
  model: Model,
  image: Volume | readonly Volume[],
  options: PredictOptions = {},
): Promise<Segmentation> {
  const prediction = await predictImage(image, model.members, options)
  const { label } = prediction
  return {
    ...prediction,
    mask: { ...label, data: labelValues(label.data, model.classes) },
    classes: classVolumes(label, model.classes),
  }
}
