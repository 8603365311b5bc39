// CommonJS with types: TypeScript knows `require` of ESM from `module: node20` on.
import losses = require('@dualseg/losses')
import metrics = require('@dualseg/metrics')
import tf = require('@tensorflow/tfjs-core')

const loss: tf.Scalar = losses.diceLoss(tf.zeros([1, 2, 2, 2]), tf.zeros([1, 2, 2, 2], 'int32'))
const mask = { data: new Uint8Array(8), size: [2, 2, 2] }
const dice: number = metrics.overlap(mask, mask).dice
export = { loss, dice }
