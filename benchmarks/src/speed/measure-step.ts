import { random } from '@dualseg/kernels/random'
import { createNetworks, iterationDraws, trainingBatch, trainingStep } from '@dualseg/trainer'
import type { Reply, StepName, Timing, Triple } from './request'
import { stepMethod } from './step-methods'
import { timedRuns } from './timed-runs'
import { waitFor } from './wait-for'

const BATCH = 4
/** Late enough that every ramp is up. */
const ITERATION = 5000
const ITERATIONS = 6000
const RAMP_EVERY = 150
const RATE = 0.01
/** Squared radius of the labelled ball where the patch reaches from -1 to 1. */
const BALL = 0.4

/** Whole training steps on the open engine, batch of four: all labelled for a single network, 2 + 2 for a method; its supervised twin has the 2 labelled ones. The batch is ready before. */
export async function measureStep(step: StepName, size: Triple, filters: number, timing: Timing): Promise<Reply['timings']> {
  const method = stepMethod(step)
  const networks = createNetworks(method, { filters, classes: 2, dropout: 0.5, initialise: 'kaiming' }, 1)
  const isTwin = method.twinOf !== undefined
  const labelled = method.usesUnlabelled || isTwin ? BATCH / 2 : BATCH
  const samples = isTwin ? labelled : BATCH
  const batch = trainingBatch(
    { image: noise(size, samples), label: balls(size, samples) },
    { patch: size, batch: { labelled, unlabelled: samples - labelled } },
  )
  const last = networks.byName.values().next().value!.network.parameters.at(-1)!.variable
  let iteration = ITERATION
  try {
    const seconds = await timedRuns(async () => {
      await trainingStep(method, networks, batch, {
        iteration,
        iterations: ITERATIONS,
        rampEvery: RAMP_EVERY,
        without: [],
        draws: iterationDraws(1, iteration++),
        rate: RATE,
      })
      await waitFor(last)
    }, timing)
    return [{ item: step, seconds }]
  } finally {
    batch.image.dispose()
    batch.labels.dispose()
    networks.dispose()
  }
}

function noise(size: Triple, samples: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(samples * size[0] * size[1] * size[2])
  random(1, 'speed/image', 0, 0).fillNormal(values, 0, 1)
  return values
}

function balls([nx, ny, nz]: Triple, samples: number): Uint8Array<ArrayBuffer> {
  const one = new Uint8Array(nx * ny * nz)
  const place = (i: number, n: number) => (2 * i) / (n - 1) - 1
  let at = 0
  for (let x = 0; x < nx; x++)
    for (let y = 0; y < ny; y++)
      for (let z = 0; z < nz; z++) one[at++] = place(x, nx) ** 2 + place(y, ny) ** 2 + place(z, nz) ** 2 < BALL ? 1 : 0
  const all = new Uint8Array(samples * one.length)
  for (let sample = 0; sample < samples; sample++) all.set(one, sample * one.length)
  return all
}
