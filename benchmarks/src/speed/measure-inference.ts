import { random } from '@dualseg/kernels/random'
import { createNetworks, networkPredictor, slidingWindow, windowBatchOf } from '@dualseg/trainer'
import type { Measurement, Reply, Timing } from './request'
import { stepMethod } from './step-methods'
import { timedRuns } from './timed-runs'

/** Sliding windows over one volume of noise on the open engine, until every voxel has its class. */
export async function measureInference(
  { item, networks: kinds, volume, patch, stride, filters }: Measurement & { kind: 'inference' },
  timing: Timing,
): Promise<Reply['timings']> {
  // MCF's networks predict as those of all two-network methods: the mean of both softmaxes.
  const method = stepMethod(kinds.length === 2 ? 'mcf' : kinds[0]!)
  const networks = createNetworks(method, { filters, classes: 2, dropout: 0.5, initialise: 'kaiming' }, 1)
  const data = new Float32Array(volume[0] * volume[1] * volume[2])
  random(1, 'speed/volume', 0, 0).fillNormal(data, 0, 1)
  try {
    const seconds = await timedRuns(async () => {
      await slidingWindow({ data, size: volume }, networkPredictor(networks, method.predictWith, patch), {
        patch,
        stride,
        channels: 2,
        decide: method.decide,
        batch: windowBatchOf(patch),
      })
    }, timing)
    return [{ item, seconds }]
  } finally {
    networks.dispose()
  }
}
