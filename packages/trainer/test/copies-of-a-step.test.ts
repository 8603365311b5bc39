import { type TorchBackend, torchEngine } from '@dualseg/backend-torch'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { whereEngine } from '../../kernels/test/where-engine'
import { methods, trainRun, useEngine } from '../src'
import { patchOf, temporaryFolder, tinyPlan } from './tiny-run'

/** One copy of the logged terms a phase … */
const LOGGED: Record<string, number> = { sassnet: 2, dan: 2 }
/** … and what the method's own rules bring to the host. */
const DECISIONS: Record<string, number> = {
  /** Which network makes fewer mistakes. */
  mcf: 1,
  /** That, two percentiles (on a card they are found there), two masks that candidates are drawn from, and whether a class has any. */
  luseg: 6,
  dualnet: 6,
  'luseg-released': 7,
  'dualnet-released': 7,
  /** The classes found in either half, and which of the correct voxels' scores are lowest. */
  'ss-net': 3,
  /** The largest component of either pseudo label. */
  bcp: 2,
  sdcl: 2,
}

whereEngine(await torchEngine.probe({ device: 'cpu' }))('copies of a training step', () => {
  it.each([...methods.keys()])(
    '%s: to the host what it logs and decides by, from the host the next batch ahead',
    async (method) => {
      const { identity } = await useEngine('torch', { device: 'cpu', threads: 1 })
      const plan = await tinyPlan({
        method,
        engine: identity,
        runs: temporaryFolder(),
        profile: { iterations: 2, patch: patchOf(method) },
      })
      const backend = tf.backend() as TorchBackend
      const toHost: number[] = []
      const isThere: boolean[] = []
      await trainRun(plan, {
        beforeStep: ({ batch }) => {
          const before = backend.copies.toEngine
          backend.upload(batch.image.dataId)
          isThere.push(backend.copies.toEngine === before)
        },
        onProgress: (progress) => void (progress.stage === 'train' && toHost.push(progress.copies!.toHost)),
      })
      expect(toHost).toEqual(Array(2).fill((LOGGED[method] ?? 1) + (DECISIONS[method] ?? 0)))
      expect(isThere).toEqual([false, true])
    },
  )
})
