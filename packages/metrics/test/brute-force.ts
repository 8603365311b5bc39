import type { Mask } from '../src/index-node.js'

/** Surface voxels by the definition: foreground with a neighbour along an axis that is background or outside. */
export function surfacePoints({ data, size }: Mask): number[][] {
  const stride = size.map((_, k) => size.slice(0, k).reduce((product, n) => product * n, 1))
  const points: number[][] = []
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== 1) continue
    const at = size.map((n, k) => Math.floor(i / stride[k]!) % n)
    const inner = at.every((c, k) => c > 0 && c < size[k]! - 1 && data[i - stride[k]!] === 1 && data[i + stride[k]!] === 1)
    if (!inner) points.push(at)
  }
  return points
}

/** Every surface voxel of `from` against every one of `to`. */
export function bruteForceDistances(from: Mask, to: Mask, spacing: readonly number[]): number[] {
  const targets = surfacePoints(to)
  return surfacePoints(from).map((p) =>
    Math.min(...targets.map((q) => Math.sqrt(p.reduce((sum, c, k) => sum + ((c - q[k]!) * spacing[k]!) ** 2, 0)))),
  )
}

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Percentile with linear interpolation. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const position = (percent / 100) * (sorted.length - 1)
  const low = Math.floor(position)
  const high = Math.min(low + 1, sorted.length - 1)
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (position - low)
}
