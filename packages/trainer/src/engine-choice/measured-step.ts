import { random } from '@dualseg/kernels/random'
import * as tf from '@tensorflow/tfjs-core'
import { supervised } from '../methods/supervised'
import { createNetworks } from '../training/create-networks'
import { iterationDraws } from '../training/draws'
import { trainingBatch } from '../training/training-batch'
import { trainingStep } from '../training/training-step'

/** The step that engines are compared by: V-Net, supervised, four patches; small enough to be done in a second, with layers of every width. */
export const MEASURED_STEP = { patch: [48, 48, 32], filters: 16, batch: 4 } as const

const STEPS = 4
const MOST_SECONDS = 6

/** Seconds of the fastest of a few training steps on the open engine; the first, which also warms up, counts only if it is the only one. */
export async function measureStep(): Promise<number> {
  const { patch, filters, batch } = MEASURED_STEP
  const networks = createNetworks(supervised, { filters, classes: 2, dropout: 0.5, initialise: 'kaiming' }, 1)
  const image = new Float32Array(batch * patch[0] * patch[1] * patch[2])
  random(1, 'measured-step', 0, 0).fillNormal(image, 0, 1)
  const label = Uint8Array.from(image, (value) => (value > 1 ? 1 : 0))
  const loaded = trainingBatch({ image, label }, { patch, batch: { labelled: batch, unlabelled: 0 } })
  const last = networks.byName.values().next().value!.network.parameters.at(-1)!.variable
  const seconds: number[] = []
  try {
    for (let iteration = 0, spent = 0; iteration < STEPS && spent < MOST_SECONDS; iteration++) {
      const began = performance.now()
      const draws = iterationDraws(1, iteration)
      await trainingStep(supervised, networks, loaded, {
        iteration,
        iterations: 6000,
        rampEvery: 150,
        without: [],
        draws,
        rate: 0.01,
      })
      await wait(last)
      seconds.push((performance.now() - began) / 1000)
      spent += seconds.at(-1)!
    }
  } finally {
    tf.dispose([loaded.image, loaded.labels])
    networks.dispose()
  }
  return Math.min(...(seconds.length > 1 ? seconds.slice(1) : seconds))
}

/** Until all that was asked of the engine is done. */
async function wait(tensor: tf.Tensor): Promise<void> {
  const first = tf.tidy(() => tf.slice(tf.reshape(tensor, [-1]), 0, 1))
  await first.data()
  first.dispose()
}
