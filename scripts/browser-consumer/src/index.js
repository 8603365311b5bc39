// A page that uses every package that browsers load; scripts/smoke-bundled.mjs bundles it and opens it. Nothing here is there for a bundler.
import { wasmEngine } from '@dualseg/backend-wasm'
import { encodeNifti, readLaBytes } from '@dualseg/data'
import { conv3d } from '@dualseg/kernels'
import { crossEntropy } from '@dualseg/losses'
import { evaluateMask, surfaceDistances } from '@dualseg/metrics'
import { loadWeights, random, saveWeights, vnet } from '@dualseg/models'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { File, ready } from 'h5wasm'

globalThis.report = use().then(
  () => ({ printed }),
  (error) => ({ printed, error: `${error.code ?? error.name}: ${error.message}\n${error.stack}` }),
)

const printed = []
function print(...words) {
  printed.push(words.join(' '))
}

async function use() {
  await tf.setBackend('cpu')
  const logits = tf.tensor5d([2, -1, 0.5, 0.2, -1, 3], [1, 3, 1, 1, 2])
  const labels = tf.tensor4d([0, 1, 1], [1, 3, 1, 1], 'int32')
  const { value, grad } = tf.valueAndGrad((z) => crossEntropy(z, labels))(logits)
  print('losses', (await value.data())[0].toFixed(6), Array.from(await grad.data(), (g) => g.toFixed(4)).join(' '))

  const { device } = await wasmEngine.open({ threads: 1 })
  const y = conv3d(tf.ones([1, 4, 4, 4, 1]), tf.ones([3, 3, 3, 1, 1]), null, { padding: 1 })
  print('wasm', device, (await y.data())[21])

  await training()
  await scores()
  await volumes()
}

async function training() {
  const make = (seed) => vnet({ filters: 2, random: (name) => random(seed, name, 0, 0) })
  const network = make(1)
  const image = tf.tensor5d(random(2, 'image', 0, 0).fillNormal(new Float32Array(2 * 16 ** 3), 0, 1), [2, 16, 16, 16, 1])
  const variables = network.parameters.map(({ variable }) => variable)
  const options = { training: true, random: (place, sample) => random(3, place, 0, sample) }
  const loss = () => tf.mean(tf.square(network.forward(image, options).logits))
  const before = (await loss().data())[0]
  tf.train.sgd(0.01).minimize(loss, false, variables)
  const after = (await loss().data())[0]
  const copy = make(4)
  loadWeights(copy, await saveWeights(network))
  const difference = tf.sub(network.forward(image, { training: false }).logits, copy.forward(image, { training: false }).logits)
  print('models', network.parameterCount, after < before, (await tf.max(tf.abs(difference)).data())[0])
}

async function scores() {
  const size = [4, 3, 1]
  const prediction = { data: Uint8Array.of(0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0), size }
  const reference = { data: Uint8Array.of(0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 0), size }
  const { hd95, assd, webWorker } = await surfaceDistances(prediction, reference)
  const { dice, asd } = await evaluateMask(reference, prediction, { empty: 'zero', webWorker })
  print('metrics', hd95, assd.toFixed(4), dice, asd.toFixed(4), webWorker instanceof Worker)
  webWorker.terminate()
}

async function volumes() {
  const { FS } = await ready
  const file = new File('/case.h5', 'w')
  const stored = { shape: [2, 3, 4], chunks: [2, 3, 4], compression: 4 }
  file.create_dataset({ name: 'image', data: Float32Array.from({ length: 24 }, (_, i) => i), dtype: '<f', ...stored })
  file.create_dataset({ name: 'label', data: Uint8Array.from({ length: 24 }, (_, i) => i % 2), dtype: '<B', ...stored })
  file.close()
  const buffer = FS.readFile('/case.h5').slice().buffer
  const { image, label } = await readLaBytes(new Uint8Array(buffer), { id: 'case' })
  print('data', image.size.join(' x '), image.data.subarray(0, 3).join(' '), label.data.length, encodeNifti(image).length)
}

// Prints:
// losses 0.307031 -0.0158 0.0158 0.1915 -0.1915 0.0060 -0.0060
// wasm cpu, WebAssembly SIMD, 1 thread 27
// models 148610 true 0
// metrics 1 0.2000 0.8 0.3333 true
// data 2 x 3 x 4 0 12 4 24 448
