// A small V-Net: one training step with an optimiser of TensorFlow.js, then weights to a file and back.
// PyTorch reads the same file: model.load_state_dict(safetensors.torch.load_file('vnet.safetensors'))
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadWeights, random, saveWeights, vnet } from '@dualseg/models'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'

await tf.setBackend('cpu')

// Weights come from a stream named by the parameter: the same seed gives the same network everywhere.
const make = (/** @type {number} */ seed) => vnet({ filters: 2, random: (name) => random(seed, name, 0, 0) })
const network = make(1)
const shape = /** @type {[number, number, number, number, number]} */ ([2, 16, 16, 16, 1])
const image = tf.tensor5d(random(2, 'image', 0, 0).fillNormal(new Float32Array(2 * 16 ** 3), 0, 1), shape)

const variables = network.parameters.map(({ variable }) => variable)
const loss = () => {
  const { logits } = network.forward(image, { training: true, random: (place, sample) => random(3, place, 0, sample) })
  return /** @type {tf.Scalar} */ (tf.mean(tf.square(logits)))
}
const before = loss().dataSync()[0] ?? 0
tf.train.sgd(0.01).minimize(loss, false, variables)
const after = loss().dataSync()[0] ?? 0
console.log('the step lowered the loss:', after < before)

const folder = await mkdtemp(join(tmpdir(), 'vnet-'))
const file = join(folder, 'vnet.safetensors')
await writeFile(file, await saveWeights(network))
const copy = make(4)
loadWeights(copy, await readFile(file))
await rm(folder, { recursive: true })

const ours = network.forward(image, { training: false }).logits
const theirs = copy.forward(image, { training: false }).logits
const difference = tf.max(tf.abs(tf.sub(ours, theirs))).dataSync()[0]
console.log(`logits [${ours.shape}] of ${network.parameterCount} parameters, difference after loading: ${difference}`)
