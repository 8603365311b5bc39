// The same from CommonJS: `require` of ESM, which every Node that `engines` allows can do.
const tf = require('@tensorflow/tfjs-core')
require('@tensorflow/tfjs-backend-cpu')
const losses = require('@dualseg/losses')
const metrics = require('@dualseg/metrics')
const models = require('@dualseg/models')

const others = ['backend-wasm', 'data', 'data/node', 'kernels', 'kernels/random', 'trainer']
console.log(others.every((name) => Object.keys(require(`@dualseg/${name}`)).length > 0))

const logits = tf.tensor5d([2, -1, 0.5, 0.2, -1, 3], [1, 3, 1, 1, 2])
const labels = tf.tensor4d([0, 1, 1], [1, 3, 1, 1], 'int32')
const { value, grad } = tf.valueAndGrad((z) => losses.crossEntropy(z, labels))(logits)
console.log(value.dataSync()[0].toFixed(6), Array.from(grad.dataSync(), (g) => g.toFixed(4)).join(' '))
console.log(models.vnet({ random: (name) => models.random(1, name, 0, 0) }).parameterCount)

const mask = (...voxels) => ({ data: Uint8Array.from(voxels), size: [4, 1, 1] })
metrics.surfaceDistances(mask(1, 1, 0, 0), mask(1, 1, 1, 1)).then(({ hd95 }) => console.log(hd95.toFixed(2)))

// Prints:
// true
// 0.307031 -0.0158 0.0158 0.1915 -0.1915 0.0060 -0.0060
// 9448866
// 1.75
