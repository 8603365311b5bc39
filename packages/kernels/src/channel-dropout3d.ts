import * as tf from '@tensorflow/tfjs-core'
import { defineKernel, type KernelRunner } from './dispatch'
import { expectFloat, expectRank, expectShape } from './validate'

interface Inputs {
  x: tf.Tensor5D
  mask: tf.Tensor2D
}

const runChannelDropout: KernelRunner<Inputs, object, tf.Tensor5D> = defineKernel<Inputs, object, tf.Tensor5D>({
  name: 'DualSegChannelDropout',
  composite: ({ x, mask }) => {
    const [batch, channels] = mask.shape
    const voxels = tf.reshape(x, [batch, -1, channels])
    return tf.reshape(tf.mul(voxels, tf.reshape(mask, [batch, 1, channels])), x.shape)
  },
  gradient: {
    inputsToSave: ['mask'],
    gradFunc: (dy, saved) => ({
      x: () => runChannelDropout({ x: dy, mask: saved[0] as tf.Tensor2D }, {}),
    }),
  },
})

/**
 * Drops whole channels, as PyTorch's `Dropout3d`: every voxel is multiplied by its sample's and channel's factor.
 *
 * @param x [batch, x, y, z, channels]
 * @param mask [batch, channels], 0 or 1 / (1 - p); a constant, no gradient
 * @throws DUALSEG_SHAPE if the mask does not have one factor a sample and channel
 */
export function channelDropout3d(x: tf.Tensor5D, mask: tf.Tensor2D): tf.Tensor5D {
  const where = 'channelDropout3d'
  expectRank(where, 'x', x, 5, '[batch,x,y,z,channels]')
  expectFloat(where, 'x', x)
  expectFloat(where, 'mask', mask)
  expectShape(where, 'mask', mask, [x.shape[0], x.shape[4]], 'one factor a sample and channel')
  return runChannelDropout({ x, mask }, {})
}
