import type { RandomStream } from '@dualseg/kernels/random'

/** Adds normal noise of mean 0, drawn for every voxel anew, in place. */
export function addGaussianNoise(values: Float32Array, deviation: number, random: RandomStream): void {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! + deviation * random.normal()
}
