import { dualsegError, expectOptions, found } from '@dualseg/kernels'
import type { Network } from '@dualseg/models'
import { type Forward, recordGraph } from './record-graph'
import { writeModel } from './write-model'

/** Options of {@link onnxModel}. */
export interface OnnxModelOptions {
  /** Text to keep in the file, by key: `metadata_props`. @default {} */
  readonly metadata?: Readonly<Record<string, string>>
  /** One or two sentences for who opens the file. @default '' */
  readonly description?: string
  /** What wrote the file. @default `{ name: 'dualseg', version: '' }` */
  readonly producer?: { readonly name: string; readonly version: string }
}

/**
 * A network as an ONNX model: one input, `image` `[batch, channels, x, y, z]`, batch and spatial axes of any length (for the networks of this project a multiple of
 * 16), and the maps that `forward` names, in ONNX's order of axes likewise. Weights keep PyTorch's names and layout.
 *
 * The graph is not written by hand: `forward` is run on a backend that writes down the kernels which it calls, at two sizes. So a network that is changed changes
 * its graph, and what ONNX has no operator for here, or what depends on the size, is refused. While it runs, TensorFlow.js' backend is another one: await it before
 * computing anything else.
 *
 * ```ts
 * const bytes = await onnxModel(network, (image) => ({ logits: network.forward(image, { training: false }).logits }))
 * ```
 *
 * @param forward image `[batch, x, y, z, channels]` to maps `[batch, x, y, z, …]`, out of training
 * @throws DUALSEG_ONNX for what cannot be written, DUALSEG_VALUE for wrong arguments
 */
export async function onnxModel(network: Network, forward: Forward, options: OnnxModelOptions = {}): Promise<Uint8Array> {
  if (typeof network?.stateDict !== 'function') {
    throw dualsegError('DUALSEG_VALUE', `onnxModel: network is ${found(network)}, expected a network of @dualseg/models`)
  }
  if (typeof forward !== 'function') {
    throw dualsegError('DUALSEG_VALUE', `onnxModel: forward is ${found(forward)}, expected (image) => { name: map, … }`)
  }
  expectOptions('onnxModel', options, ['metadata', 'description', 'producer'])
  const { metadata = {}, description = '', producer = { name: 'dualseg', version: '' } } = options
  const { channels } = network.options
  const weights = await network.stateDict()
  const graph = await recordGraph(network.tensors, forward, channels)
  return writeModel(graph, weights, channels, { name: network.kind, producer, description, metadata })
}
