import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { wasmEngine } from '@dualseg/backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import * as models from '../../src/index'

// Not skipped by whether torch can be imported: who names a Python wants this to run.
const PYTHON = process.env.DUALSEG_PYTHON
const FILTERS = 4
const SHAPE: [number, number, number, number, number] = [2, 32, 32, 16, 1]
/** Largest difference where the largest value is 1: what float32 sums of this depth leave. */
const TOLERANCE = 1e-5

type Outputs = Record<string, tf.Tensor>
interface Subject extends models.NetworkBase<string, unknown> {
  run(x: tf.Tensor5D, training: boolean): Outputs
}

const options = (seed: number) => ({ filters: FILTERS, dropout: 0, random: (name: string) => models.random(seed, name, 0, 0) })
const segmentation = <T extends models.NetworkOutput>(network: models.Network<T>): Subject => ({
  ...network,
  run: (x, training) => Object.fromEntries(Object.entries(network.forward(x, { training })).flatMap(named)),
})
const SUBJECTS: Record<string, (seed: number) => Subject> = {
  vnet: (seed) => segmentation(models.vnet(options(seed))),
  'vnet-two-head': (seed) => segmentation(models.vnetTwoHead(options(seed))),
  'vnet-pyramid': (seed) => segmentation(models.vnetPyramid(options(seed))),
  mcnet: (seed) => segmentation(models.mcnet({ ...options(seed), decoders: 3 })),
  resnet34: (seed) => segmentation(models.resnet34(options(seed))),
  discriminator: (seed) => {
    const network = models.discriminator(options(seed))
    return { ...network, run: (x, training) => ({ ...network.forward(x, tf.reverse(x, 1), { training }) }) }
  },
}

/** MC-Net's decoders and URPC's scales one by one, as the other side writes them. */
function named([name, value]: [string, tf.Tensor | tf.Tensor[]]): [string, tf.Tensor][] {
  return Array.isArray(value) ? value.map((tensor, i) => [`${name}${i + 1}`, tensor]) : [[name, value]]
}

describe.skipIf(PYTHON === undefined)('PyTorch (DUALSEG_PYTHON names a Python with torch and safetensors)', () => {
  beforeAll(() => wasmEngine.open())

  it.each(Object.keys(SUBJECTS))('%s: weights travel both ways and give the same outputs', { timeout: 300_000 }, async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'dualseg-pytorch-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = (of: string) => join(folder, `${of}.safetensors`)
    const network = SUBJECTS[name]!(1)
    const values = models.random(2, 'input', 0, 0).fillNormal(new Float32Array(tf.util.sizeFromShape(SHAPE)), 0, 1)
    const x = tf.tensor5d(values, SHAPE)
    // Running statistics that are no longer 0 and 1.
    for (let pass = 0; pass < 3; pass++) tf.dispose(network.run(x, true))
    writeFileSync(file('input'), models.writeSafetensors(new Map([['x', { shape: SHAPE, data: values }]])))
    writeFileSync(file('weights'), await models.saveWeights(network))

    const script = fileURLToPath(new URL('round_trip.py', import.meta.url))
    const { status, stderr } = spawnSync(PYTHON!, [script, name, folder], { encoding: 'utf8' })
    expect(status, stderr).toBe(0)

    await expectOutputs(network.run(x, false), file('outputs'))
    models.loadWeights(network, readFileSync(file('torch-weights')))
    await expectOutputs(network.run(x, false), file('torch-outputs'))
    network.dispose()
    x.dispose()
  })
})

async function expectOutputs(ours: Outputs, file: string): Promise<void> {
  const theirs = models.readSafetensors(readFileSync(file))
  expect(Object.keys(ours).sort()).toEqual([...theirs.keys()].sort())
  for (const [name, tensor] of Object.entries(ours)) {
    const { shape, data } = theirs.get(name)!
    expect(tensor.shape, name).toEqual(shape)
    const found = await tensor.data()
    let largest = 0
    let difference = 0
    for (let i = 0; i < found.length; i++) {
      largest = Math.max(largest, Math.abs(Number(data[i])))
      difference = Math.max(difference, Math.abs(found[i]! - Number(data[i])))
    }
    expect(difference, `${name}, of at most ${largest}`).toBeLessThanOrEqual(TOLERANCE * Math.max(1, largest))
    tensor.dispose()
  }
}
