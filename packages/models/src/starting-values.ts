import type { RandomStream } from '@dualseg/kernels/random'
import type { BufferKind, Initialisation, ParameterKind } from './network'
import { fanIn, fanOut } from './tensor-layout'

/**
 * Starting values of one tensor, in PyTorch's layout.
 *
 * - `default`: weights and biases uniform within `±1/sqrt(fanIn)`, PyTorch's own rule
 * - `kaiming`: convolution weights normal with variance `2/fanIn` (He 2015), the rest as `default`
 * - `xavier`: convolution weights normal with variance `2/(fanIn + fanOut)` (Glorot 2010), the rest, transposed ones too, as `default`
 *
 * Batch norm starts at weight 1, bias 0, running mean 0, running variance 1 in both.
 *
 * @param weightShape shape of the weight that a bias belongs to, otherwise the tensor's own
 */
export function startingValues(
  kind: ParameterKind | BufferKind,
  size: number,
  weightShape: readonly number[],
  initialise: Initialisation,
  random: () => RandomStream,
): Float32Array {
  const values = new Float32Array(size)
  if (kind === 'bnGamma' || kind === 'bnVar') return values.fill(1)
  if (kind === 'bnBeta' || kind === 'bnMean') return values
  if (initialise === 'kaiming' && (kind === 'convWeight' || kind === 'upWeight')) {
    random().fillNormal(values, 0, Math.sqrt(2 / fanIn(weightShape)))
  } else if (initialise === 'xavier' && kind === 'convWeight') {
    random().fillNormal(values, 0, Math.sqrt(2 / (fanIn(weightShape) + fanOut(weightShape))))
  } else {
    const bound = 1 / Math.sqrt(fanIn(weightShape))
    random().fillUniform(values, -bound, bound)
  }
  return values
}
