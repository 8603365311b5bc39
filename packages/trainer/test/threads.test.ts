import { createHash } from 'node:crypto'
import { random } from '@dualseg/kernels/random'
import { expect, it } from 'vitest'
import { createNetworks, iterationDraws, methodNamed, trainingBatch, trainingStep, useEngine } from '../src'

const PATCH = [32, 16, 16] as const
const BATCH = { labelled: 2, unlabelled: 2 }

async function weightsAfterTwoSteps(threads: number): Promise<string> {
  await useEngine('wasm', { threads })
  const method = methodNamed('dualnet')
  const networks = createNetworks(method, { filters: 4, classes: 2, dropout: 0.5, initialise: 'kaiming' }, 5)
  const voxels = PATCH[0] * PATCH[1] * PATCH[2]
  const image = random(5, 'image', 0, 0).fillNormal(new Float32Array(4 * voxels), 0, 1)
  const label = Uint8Array.from({ length: 2 * voxels }, (_, i) => (i % 7 === 0 ? 1 : 0))
  for (let iteration = 0; iteration < 2; iteration++) {
    const batch = trainingBatch({ image, label }, { batch: BATCH, patch: PATCH })
    const draws = iterationDraws(5, iteration)
    await trainingStep(method, networks, batch, {
      iteration: 90,
      iterations: 100,
      rampEvery: 2.5,
      without: [],
      draws,
      rate: 0.01,
    })
    batch.image.dispose()
    batch.labels.dispose()
  }
  const hash = createHash('sha256')
  for (const { network } of networks.byName.values()) {
    for (const { data } of (await network.stateDict()).values()) hash.update(data)
  }
  networks.dispose()
  return hash.digest('hex')
}

it('trains to the same bits on one, two and three threads, so that the thread count is no part of an identity', async () => {
  const one = await weightsAfterTwoSteps(1)
  expect(await weightsAfterTwoSteps(2)).toBe(one)
  expect(await weightsAfterTwoSteps(3)).toBe(one)
  expect((await useEngine('wasm')).identity).not.toHaveProperty('threads')
})
