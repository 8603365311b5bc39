// Every entry of every package, imported; the losses compute with nothing else of ours in sight.
import * as backendTensorflow from '@dualseg/backend-tensorflow'
import * as backendWasm from '@dualseg/backend-wasm'
import * as data from '@dualseg/data'
import * as dataNode from '@dualseg/data/node'
import * as kernels from '@dualseg/kernels'
import * as random from '@dualseg/kernels/random'
import * as losses from '@dualseg/losses'
import * as metrics from '@dualseg/metrics'
import * as models from '@dualseg/models'
import * as onnx from '@dualseg/onnx'
import * as trainer from '@dualseg/trainer'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'

const entries = { backendTensorflow, backendWasm, data, dataNode, kernels, random, losses, metrics, models, onnx, trainer }
console.log(Object.values(entries).every((entry) => Object.keys(entry).length > 0))

const logits = tf.tensor5d([2, -1, 0.5, 0.2, -1, 3], [1, 3, 1, 1, 2])
const labels = tf.tensor4d([0, 1, 1], [1, 3, 1, 1], 'int32')
const { value, grad } = tf.valueAndGrad((z) => losses.crossEntropy(z, labels))(logits)
console.log(value.dataSync()[0].toFixed(6), Array.from(grad.dataSync(), (g) => g.toFixed(4)).join(' '))

const { image, label } = data.laPhantom(0, 1)
console.log(image.size.join(' x '), label.data.length === image.data.length)

// Prints:
// true
// 0.307031 -0.0158 0.0158 0.1915 -0.1915 0.0060 -0.0060
// 196 x 151 x 88 true
