import { type ConvolutionShape, PASSES, type Triple } from './request'

const LEVELS = 5
const BATCH = 4

/**
 * The convolutions that a step of V-Net and ResNet-34 is made of, one of each kind and level: the five levels' 3x3x3, both stems, and the
 * finest level's way down, way up, strided 3x3x3 and head (the coarser ones of these cost little).
 */
export function convolutionShapes(size: Triple, filters: number): ConvolutionShape[] {
  const plain = { stride: 1, padding: 1, kernel: 3, transposed: false, passes: PASSES }
  const at = (level: number, channels: number) =>
    [BATCH, ...size.map((n) => n / 2 ** level), channels] as unknown as ConvolutionShape['input']
  const levels = Array.from({ length: LEVELS }, (_, level) => {
    const channels = filters * 2 ** level
    return { ...plain, input: at(level, channels), outChannels: channels }
  })
  const withoutImage = PASSES.filter((pass) => pass !== 'gradInput')
  const shapes: Omit<ConvolutionShape, 'name'>[] = [
    ...levels,
    { ...plain, input: at(0, 1), outChannels: filters, passes: withoutImage },
    { ...plain, kernel: 7, padding: 3, input: at(0, 1), outChannels: filters, passes: withoutImage },
    { ...plain, stride: 2, input: at(0, filters), outChannels: 2 * filters },
    { ...plain, kernel: 2, stride: 2, padding: 0, input: at(0, filters), outChannels: 2 * filters },
    { ...plain, kernel: 2, stride: 2, padding: 0, transposed: true, input: at(1, 2 * filters), outChannels: filters },
    { ...plain, kernel: 1, padding: 0, input: at(0, filters), outChannels: 2 },
  ]
  return shapes.map((shape) => ({ name: nameOf(shape), ...shape }))
}

/** `4x64x64x48 16→16 k3`, and where they are not 1 and plain: `s2`, `up`. */
function nameOf({ input, outChannels, kernel, stride, transposed }: Omit<ConvolutionShape, 'name'>): string {
  const [batch, x, y, z, channels] = input
  return `${batch}x${x}x${y}x${z} ${channels}→${outChannels} k${kernel}${stride === 1 ? '' : ` s${stride}`}${transposed ? ' up' : ''}`
}

/**
 * Operations of one pass, two a multiply-accumulate, as direct convolution counts them (padding included); all three passes cost the
 * same. Faster algorithms need fewer, so their rate is an effective one.
 */
export function directOperations({ input, outChannels, kernel, stride, transposed }: ConvolutionShape): number {
  const [batch, x, y, z, channels] = input
  // A transposed convolution spreads each input voxel over a window; a plain one, with the paddings used here, has 1 / stride the voxels.
  const windows = batch * [x, y, z].reduce((product, n) => product * (transposed ? n : Math.ceil(n / stride)), 1)
  return 2 * windows * kernel ** 3 * channels * outChannels
}
