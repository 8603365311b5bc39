import type { RandomStream } from '@dualseg/kernels/random'
import type { Triple } from '../volume'
import type { AugmentationDraw } from './augmentation'
import { scaleBrightness } from './brightness'
import { scaleContrast } from './contrast'
import { correctGamma } from './gamma'
import { gaussianBlur } from './gaussian-blur'
import { addGaussianNoise } from './gaussian-noise'
import { lowerResolution } from './low-resolution'

/** Does what was drawn for the values of a crop, in nnU-Net's order, in place. */
export function augmentIntensities(
  values: Float32Array,
  size: Readonly<Triple>,
  draw: AugmentationDraw,
  random: RandomStream,
): void {
  if (draw.noise !== undefined) addGaussianNoise(values, draw.noise, random)
  if (draw.blur !== undefined) gaussianBlur(values, size, draw.blur)
  if (draw.brightness !== undefined) scaleBrightness(values, draw.brightness)
  if (draw.contrast !== undefined) scaleContrast(values, draw.contrast)
  if (draw.lowResolution !== undefined) lowerResolution(values, size, draw.lowResolution)
  if (draw.invertedGamma !== undefined) correctGamma(values, draw.invertedGamma, { inverted: true })
  if (draw.gamma !== undefined) correctGamma(values, draw.gamma)
}
