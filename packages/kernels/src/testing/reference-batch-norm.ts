import { type Grid, rootMeanSquare, zeroGrid } from './grid'

interface Normalisation {
  gamma: Grid
  beta: Grid
  mean: Grid
  variance: Grid
  residual?: Grid
  epsilon: number
  relu: boolean
}

/** Mean and biased variance of each channel. */
export function referenceMoments(x: Grid): { mean: Grid; variance: Grid } {
  const channels = x.shape[x.shape.length - 1]!
  const count = x.data.length / channels
  const mean = zeroGrid([channels])
  const variance = zeroGrid([channels])
  for (const [i, value] of x.data.entries()) mean.data[i % channels]! += value / count
  for (const [i, value] of x.data.entries()) variance.data[i % channels]! += (value - mean.data[i % channels]!) ** 2 / count
  return { mean, variance }
}

/** Before the ReLU. */
function preActivation(x: Grid, { gamma, beta, mean, variance, residual, epsilon }: Normalisation): Grid {
  const channels = gamma.data.length
  const data = x.data.map((value, i) => {
    const c = i % channels
    const normalised = (value - mean.data[c]!) / Math.sqrt(variance.data[c]! + epsilon)
    return normalised * gamma.data[c]! + beta.data[c]! + (residual ? residual.data[i]! : 0)
  })
  return { shape: x.shape, data }
}

/** Normalises with the statistics given. */
export function referenceBatchNorm(x: Grid, parameters: Normalisation): Grid {
  const y = preActivation(x, parameters)
  return parameters.relu ? { shape: y.shape, data: y.data.map((value) => Math.max(value, 0)) } : y
}

/** How near the ReLU's kink any voxel comes: below the rounding of float32, kernel and reference may differ in the mask. */
export function distanceToKink(x: Grid, parameters: Normalisation): number {
  return preActivation(x, parameters).data.reduce((least, value) => Math.min(least, Math.abs(value)), Number.POSITIVE_INFINITY)
}

/**
 * By how much training makes the rounding of x larger than usual: it is divided by the deviation, which is small against x itself where a
 * channel has one voxel, or few that happen to be alike.
 */
export function roundingGrowth(x: Grid, { variance, epsilon, training }: Normalisation & { training: boolean }): number {
  if (!training) return 1
  const least = variance.data.reduce((smallest, value) => Math.min(smallest, value), Number.POSITIVE_INFINITY)
  return Math.max(1, rootMeanSquare(x) / (4 * Math.sqrt(least + epsilon)))
}

/** Size of the terms of dx; in training they cancel, for two voxels a channel almost wholly. */
export function gradientTerms(dy: Grid, { gamma, variance, epsilon }: Normalisation): number {
  const channels = gamma.data.length
  const data = dy.data.map((value, i) => (value * gamma.data[i % channels]!) / Math.sqrt(variance.data[i % channels]! + epsilon))
  return rootMeanSquare({ shape: dy.shape, data })
}

/** Gradients by the chain rule through mean and variance (training), or with both constant. */
export function referenceBatchNormGrad(
  dy: Grid,
  x: Grid,
  parameters: Normalisation & { training: boolean },
): { dx: Grid; dgamma: Grid; dbeta: Grid; dresidual: Grid } {
  const { gamma, mean, variance, epsilon, relu, training } = parameters
  const channels = gamma.data.length
  const count = x.data.length / channels
  const pre = preActivation(x, parameters)
  const active: Grid = { shape: dy.shape, data: dy.data.map((value, i) => (relu && pre.data[i]! <= 0 ? 0 : value)) }
  const dgamma = zeroGrid([channels])
  const dbeta = zeroGrid([channels])
  const deviation = variance.data.map((value) => Math.sqrt(value + epsilon))
  for (const [i, value] of active.data.entries()) {
    const c = i % channels
    dbeta.data[c]! += value
    dgamma.data[c]! += (value * (x.data[i]! - mean.data[c]!)) / deviation[c]!
  }
  const dx: Grid = {
    shape: x.shape,
    data: active.data.map((value, i) => {
      const c = i % channels
      const normalised = (x.data[i]! - mean.data[c]!) / deviation[c]!
      const throughStatistics = training ? (dbeta.data[c]! + normalised * dgamma.data[c]!) / count : 0
      return (gamma.data[c]! / deviation[c]!) * (value - throughStatistics)
    }),
  }
  return { dx, dgamma, dbeta, dresidual: active }
}
