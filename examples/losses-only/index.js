// Cross entropy and Dice of a few voxels, and gradient descent on the logits themselves. Nothing of DualSeg but the losses.
import { crossEntropy, diceLoss, foregroundProbs, predictedLabels } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'

await tf.setBackend('cpu')

// Logits [batch, x, y, z, classes], labels [batch, x, y, z]: one sample of four voxels, three of them wrong at first.
const start = tf.tensor5d([2, -1, 0.5, 0.2, -1, 3, 1, 0], [1, 4, 1, 1, 2])
const labels = tf.tensor4d([1, 1, 1, 1], [1, 4, 1, 1], 'int32')

/** @param {tf.Tensor} logits */
const loss = (logits) => {
  const dice = diceLoss(foregroundProbs(tf.softmax(logits)), labels)
  return /** @type {tf.Scalar} */ (tf.mul(0.5, tf.add(crossEntropy(logits, labels), dice)))
}

const { value, grad } = tf.valueAndGrad(loss)(start)
console.log('loss', value.dataSync()[0]?.toFixed(4))
console.log('gradient', Array.from(grad.dataSync(), (g) => g.toFixed(3)).join(' '))

const logits = tf.variable(start)
const optimiser = tf.train.sgd(5)
for (let step = 0; step < 40; step++) optimiser.minimize(() => loss(logits))
console.log('labels after 40 steps', predictedLabels(logits).dataSync().join(' '))
