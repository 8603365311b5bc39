import { conv3d, convTranspose3d } from '@dualseg/kernels'
import { random } from '@dualseg/kernels/random'
import * as tf from '@tensorflow/tfjs-core'
import type { ConvolutionShape, Pass, Reply, Timing } from './request'
import { timedRuns } from './timed-runs'
import { waitFor } from './wait-for'

/** Each pass of each shape on the open engine, one after the other; no bias, as the peer. */
export async function measureConvolutions(shapes: readonly ConvolutionShape[], timing: Timing): Promise<Reply['timings']> {
  const timings: Reply['timings'] = []
  for (const shape of shapes) {
    const { runs, dispose } = passesOf(shape)
    for (const pass of shape.passes) {
      const run = async () => {
        const made = runs[pass]()
        await waitFor(made)
        made.dispose()
      }
      timings.push({ item: shape.name, pass, seconds: await timedRuns(run, timing) })
    }
    dispose()
  }
  return timings
}

function passesOf(shape: ConvolutionShape): { runs: Record<Pass, () => tf.Tensor>; dispose(): void } {
  const { input, outChannels, kernel, stride, padding, transposed } = shape
  const channels = transposed ? [outChannels, input[4]] : [input[4], outChannels]
  const x = normal('x', input) as tf.Tensor5D
  const filter = normal('filter', [kernel, kernel, kernel, ...channels]) as tf.Tensor5D
  const forward = () => (transposed ? convTranspose3d : conv3d)(x, filter, null, { stride, padding })
  const y = forward()
  const dy = normal('dy', y.shape)
  y.dispose()
  // The registered gradient hands out each part on demand, which times them apart on every engine.
  const { gradFunc } = tf.getGradient(transposed ? 'DualSegConvTranspose3d' : 'DualSegConv3d')
  const gradients = gradFunc(dy, [x, filter], { stride, padding } as unknown as tf.NamedAttrMap)
  return {
    runs: { forward, gradInput: () => gradients.x!(), gradFilter: () => gradients.filter!() },
    dispose: () => tf.dispose([x, filter, dy]),
  }
}

function normal(purpose: string, shape: readonly number[]): tf.Tensor {
  const values = new Float32Array(shape.reduce((product, n) => product * n, 1))
  random(1, `speed/${purpose}`, 0, 0).fillNormal(values, 0, 1)
  return tf.tensor(values, [...shape], 'float32')
}
