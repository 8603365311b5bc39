import type { Triple, Volume } from '@dualseg/data'

interface Range<T> {
  readonly least: T
  readonly most: T
}

/** What training images have in common, as the networks see them: after reduction and standardisation. */
export interface ImageSummary {
  readonly images: number
  readonly size: Range<Triple>
  /** Of the values of one image, at 1, 50 and 99 %; range over the images. */
  readonly percentiles: Range<Triple>
  /** Share of the voxels of one image that have its commonest value; the most of all images. */
  readonly commonest: number
}

/** Voxels looked at in one image. */
const SAMPLES = 2 ** 16

export function summariseImages(images: Iterable<Volume<Float32Array>>): ImageSummary | null {
  const all = [...images].map((image) => ({ size: image.size, ...describeValues(image) }))
  if (all.length === 0) return null
  const range = (of: 'size' | 'percentiles'): Range<Triple> => {
    const by = (pick: (...values: number[]) => number) =>
      [0, 1, 2].map((axis) => all.reduce((found, one) => pick(found, one[of][axis]!), all[0]![of][axis]!)) as Triple
    return { least: by(Math.min), most: by(Math.max) }
  }
  return {
    images: all.length,
    size: range('size'),
    percentiles: range('percentiles'),
    commonest: Math.max(...all.map(({ commonest }) => commonest)),
  }
}

/** Of an even choice of an image's voxels: the values below which 1, 50 and 99 % lie, and the share of the commonest. */
export function describeValues({ data }: Pick<Volume, 'data'>): { percentiles: Triple; commonest: number } {
  const count = Math.min(data.length, SAMPLES)
  const step = data.length / count
  const sorted = Float32Array.from({ length: count }, (_, i) => data[Math.floor(i * step)]!).sort()
  let longest = 0
  for (let i = 0, run = 0; i < count; i++) {
    run = i > 0 && sorted[i] === sorted[i - 1] ? run + 1 : 1
    longest = Math.max(longest, run)
  }
  const percentiles = [0.01, 0.5, 0.99].map((share) => sorted[Math.round(share * (count - 1))]!) as Triple
  return { percentiles, commonest: longest / count }
}
