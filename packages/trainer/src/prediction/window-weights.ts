type Triple = readonly [number, number, number]

/** What the voxels of a window count: the product of one number an axis. */
export type WindowWeights = readonly [Float64Array, Float64Array, Float64Array]

/** Standard deviation as a share of the patch. Source: Isensee et al., nnU-Net, Nature Methods 2021; MONAI's default too. */
const SIGMA = 1 / 8

/** @returns nothing where all voxels count the same */
export function windowWeights(patch: Triple, weighting: 'uniform' | 'gaussian'): WindowWeights | undefined {
  if (weighting === 'uniform') return undefined
  return patch.map((length) =>
    Float64Array.from({ length }, (_, i) => Math.exp(-0.5 * ((i - (length - 1) / 2) / (length * SIGMA)) ** 2)),
  ) as unknown as WindowWeights
}
