import * as tf from '@tensorflow/tfjs-core'
import type { Draws } from './definition/method'

/** A volume as only the student sees it. */
export type StrongView = (image: tf.Tensor5D, draws: Draws, purpose?: string) => tf.Tensor5D

const CONTRAST = 0.5
const BRIGHTNESS = 0.5
const COLOUR_SHARE = 0.8
const NOISE_SHARE = 0.2
/** Standard deviations of the noise, which is cut at twice its own. */
const NOISE = [0.1, 1] as const

/**
 * Brightness and contrast of the range of a volume's values, in four of five volumes, then normal noise, in one of five.
 *
 * Source: AD-MT, `RandomBrightnessContrast` and `RandomGaussianNoise`: `clip(a v + b mean(a v), 0, 1)` of values v stretched to 0 to 1, a from 0.5 to 1.5,
 * b from -0.5 to 0.5.
 *
 * Differs: of several channels each is changed by its own range, all with one draw.
 *
 * @param image [batch, x, y, z, channels]
 * @param purpose names the draws
 */
export const brightnessContrastNoise: StrongView = (image, draws, purpose = 'strong') =>
  tf.tidy(() => {
    const noise = draws.normal(`${purpose}-noise`, image.shape)
    const samples = tf.split(image, image.shape[0]) as tf.Tensor5D[]
    const noises = tf.split(noise, image.shape[0]) as tf.Tensor5D[]
    return tf.concat(
      samples.map((sample, i) => {
        const stream = draws.stream(purpose, i)
        const contrast = 1 + CONTRAST * (2 * stream.uniform() - 1)
        const brightness = BRIGHTNESS * (2 * stream.uniform() - 1)
        const isColoured = stream.uniform() < COLOUR_SHARE
        const deviation = NOISE[0] + (NOISE[1] - NOISE[0]) * stream.uniform()
        const isNoisy = stream.uniform() < NOISE_SHARE
        const coloured = isColoured ? byChannel(sample, (one) => brightnessContrast(one, contrast, brightness)) : sample
        return isNoisy ? tf.add(coloured, tf.mul(tf.clipByValue(noises[i]!, -2, 2), deviation)) : coloured
      }),
    ) as tf.Tensor5D
  })

function byChannel(image: tf.Tensor5D, change: (channel: tf.Tensor5D) => tf.Tensor5D): tf.Tensor5D {
  const channels = image.shape[4]
  return channels === 1
    ? change(image)
    : (tf.concat((tf.split(image, channels, 4) as tf.Tensor5D[]).map(change), 4) as tf.Tensor5D)
}

/** A volume of one value stays as it is. */
function brightnessContrast(image: tf.Tensor5D, contrast: number, brightness: number): tf.Tensor5D {
  const [low, high] = [tf.min(image), tf.max(image)]
  const range = tf.sub(high, low)
  const contrasted = tf.mul(tf.divNoNan(tf.sub(image, low), range), contrast)
  const changed = tf.clipByValue(tf.add(contrasted, tf.mul(tf.mean(contrasted), brightness)), 0, 1)
  return tf.add(tf.mul(changed, range), low)
}
