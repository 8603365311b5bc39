import { knownMask } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import type { Draws } from './definition/method'

type Triple = readonly [number, number, number]

/** Two masks that share the voxels between them: 1 outside of a box, and 1 inside. */
export type BoxMasks = {
  /** [batch, x, y, z], float32. */
  readonly outside: tf.Tensor4D
  /** The same shape. */
  readonly inside: tf.Tensor4D
}

/** Voxels of BCP's box along each axis: two thirds of the patch. */
export function pasteBox(patch: Triple): Triple {
  return patch.map((n) => Math.floor((n * 2) / 3)) as unknown as Triple
}

/** A box of {@link pasteBox} at a drawn place, the same for every sample. Source: BCP, whose last possible start is never drawn. */
export function drawBox(batch: number, patch: Triple, draws: Draws): BoxMasks {
  const stream = draws.stream('box', 0)
  const size = pasteBox(patch)
  const start = patch.map((n, axis) => stream.integer(0, n - size[axis]!))
  const { outside, inside } = tf.tidy(() => {
    const paddings = patch.map((n, axis): [number, number] => [start[axis]!, n - start[axis]! - size[axis]!])
    return boxMasks(tf.pad(tf.ones<tf.Rank.R3>([...size]), paddings), batch)
  })
  return { outside: knownMask(outside), inside: knownMask(inside) }
}

/** The masks of a box that is drawn already, for every sample of a batch. */
export function boxMasks(inside: tf.Tensor3D, batch: number): BoxMasks {
  return tf.tidy(() => {
    const tiled = tf.tile(tf.expandDims(tf.cast(inside, 'float32'), 0), [batch, 1, 1, 1]) as tf.Tensor4D
    return { outside: tf.sub<tf.Tensor4D>(1, tiled), inside: tiled }
  })
}

/**
 * Copy and paste: `m a + (1 - m) b`, a outside of the box and b inside.
 *
 * Source: BCP, of images as of labels.
 *
 * @param outer images [batch, x, y, z, channels] or labels [batch, x, y, z]
 * @param inner the same
 * @returns the same shape and type
 */
export function copyPaste<T extends tf.Tensor>(outer: T, inner: T, { inside }: BoxMasks): T {
  return tf.tidy(() => {
    const mask = tf.cast(outer.rank === 5 ? tf.expandDims(inside, -1) : inside, 'bool')
    return tf.where(mask, inner, outer) as T
  })
}
