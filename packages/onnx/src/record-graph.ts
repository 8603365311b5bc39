import type { NetworkTensor } from '@dualseg/models'
import * as tf from '@tensorflow/tfjs-core'
import { type Graph, pruned } from './graph'
import { OPERATORS } from './operators'
import { IMAGE, Recording, refused } from './recording'

/** Maps by name, made of an image `[batch, x, y, z, channels]`. */
export type Forward = (image: tf.Tensor5D) => Readonly<Record<string, tf.Tensor5D>>

const BACKEND = 'dualseg-onnx'

/** No axis of the one is that of the other, so that nothing that depends on a size is the same in both. */
const SIZES = [
  [1, 16, 32, 48],
  [2, 32, 48, 16],
] as const

/**
 * The graph of a forward pass: what the kernels that it calls are in ONNX. It is recorded at two sizes, which must give the same, so that it holds for all.
 *
 * @throws DUALSEG_ONNX for what has no operator, depends on the image's size, or is no map of the image's size
 */
export async function recordGraph(tensors: readonly NetworkTensor[], forward: Forward, channels: number): Promise<Graph> {
  const graphs: Graph[] = []
  for (const size of SIZES) graphs.push(await recordAt(size, tensors, forward, channels))
  const [one, other] = graphs as [Graph, Graph]
  if (JSON.stringify(one) !== JSON.stringify(other)) {
    throw refused(
      "what the forward pass computes depends on the image's size or the number of samples, so that no one graph stands for it",
    )
  }
  return one
}

async function recordAt(
  size: (typeof SIZES)[number],
  tensors: readonly NetworkTensor[],
  forward: Forward,
  channels: number,
): Promise<Graph> {
  const recording = new Recording(tensors)
  return onBackend(recording, () => {
    const image = tf.engine().makeTensorFromTensorInfo(recording.tensor(IMAGE, [...size, channels])) as tf.Tensor5D
    const outputs = Object.entries(forward(image)).map(([name, map]) => {
      const value = recording.mapOf(`output '${name}'`, map)
      if (String(map.shape.slice(0, 4)) !== String(size)) {
        throw refused(`output '${name}' is [${map.shape}] for an image of [${image.shape}], expected as many voxels`)
      }
      return { name, value, channels: map.shape[4] }
    })
    return pruned({ nodes: recording.nodes, constants: recording.constants, outputs })
  })
}

/** Runs an action with a recording as the backend, and goes back to the one before. */
async function onBackend<Result>(recording: Recording, action: () => Result): Promise<Result> {
  const before = tf.getBackend()
  registerKernels(before)
  tf.registerBackend(BACKEND, () => recording, 0)
  await tf.setBackend(BACKEND)
  const engine = tf.engine()
  engine.startScope()
  try {
    return action()
  } finally {
    engine.endScope()
    await tf.setBackend(before)
    tf.removeBackend(BACKEND)
  }
}

/** The kernels that have an operator, and all others of the backend in use, which say that they have none. */
function registerKernels(backend: string): void {
  for (const kernelName of new Set([
    ...Object.keys(OPERATORS),
    ...tf.getKernelsForBackend(backend).map((one) => one.kernelName),
  ])) {
    if (tf.getKernel(kernelName, BACKEND)) continue
    const operator = OPERATORS[kernelName]
    tf.registerKernel({
      kernelName,
      backendName: BACKEND,
      kernelFunc: ({ inputs, attrs, backend: recording }) => {
        if (operator === undefined) {
          throw refused(
            `the forward pass calls ${kernelName}, for which no operator is known here; known are ${Object.keys(OPERATORS).join(', ')}`,
          )
        }
        return operator({ kernel: kernelName, inputs, attrs: attrs ?? {}, recording: recording as Recording })
      },
    })
  }
}
