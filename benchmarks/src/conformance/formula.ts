import type { RandomStream } from '@dualseg/kernels/random'
import type { NetworkTensor, StateDict } from '@dualseg/models'

/** Constants of the kit's parameter formula (its README, 2.1). */
export interface ParameterFormula {
  readonly mulJ: number
  readonly mulK: number
  readonly seed: number
  readonly gain: number
}

/** Constants of the kit's image formula (2.2). */
export type ImageFormula = Readonly<
  Record<'a1' | 'f1' | 'g1' | 'f2' | 'g2' | 'a2' | 'f3' | 'g3' | 'a3' | 'a4' | 'f4' | 'f5' | 'f6' | 'g4', number>
>

/** Constants of the kit's label formula (2.2): an ellipsoid that moves with the sample. */
export interface LabelFormula {
  readonly cx: readonly [number, number]
  readonly cy: readonly [number, number]
  readonly cz: readonly [number, number]
  readonly ax: number
  readonly ay: number
  readonly az: number
  readonly r: number
}

/** What the hash depends on beside its entry. */
export type FormulaSeed = Pick<ParameterFormula, 'mulJ' | 'mulK' | 'seed'>

/** The hash `s(j, k)` in [-1, 1): entry j of tensor k. */
export function formulaHash(j: number, k: number, { mulJ, mulK, seed }: FormulaSeed): number {
  let h = Math.imul(j, mulJ) + Math.imul(k + 1, mulK) + seed
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  h ^= h >>> 16
  return (h >>> 0) / 2 ** 31 - 1
}

/** Values of a network's parameters and buffers, in PyTorch's layout. */
export function formulaState(tensors: readonly NetworkTensor[], constants: ParameterFormula): StateDict {
  return new Map(
    tensors.map(({ name, torchShape, kind }, k) => {
      const size = torchShape.reduce((product, n) => product * n, 1)
      const value = formulaValue(kind, torchShape, constants.gain)
      const data = new Float32Array(size)
      for (let j = 0; j < size; j++) data[j] = value(formulaHash(j, k, constants))
      return [name, { shape: [...torchShape], data }]
    }),
  )
}

function formulaValue(kind: NetworkTensor['kind'], shape: readonly number[], gain: number): (s: number) => number {
  const [first = 1, ...rest] = shape
  const scaled = (inputs: number) => {
    const scale = Math.sqrt((3 * gain) / inputs)
    return (s: number) => scale * s
  }
  switch (kind) {
    case 'convWeight':
    case 'linWeight':
      return scaled(rest.reduce((product, n) => product * n, 1))
    case 'upWeight':
      return scaled(first)
    case 'bias':
      return (s) => 0.05 * s
    case 'bnGamma':
      return (s) => 1 + 0.1 * s
    case 'bnBeta':
      return (s) => 0.5 + 0.1 * s
    case 'bnMean':
      return (s) => 0.1 * s
    case 'bnVar':
      return (s) => 1 + 0.5 * Math.abs(s)
  }
}

/** Labels `[batch, x, y, z]`: 1 within an ellipsoid; with three classes 2 within its inner half. */
export function formulaLabel(batch: number, size: readonly number[], formula: LabelFormula, classes = 2): Uint8Array {
  const { cx, cy, cz, ax, ay, az, r } = formula
  return Uint8Array.from(
    voxels(batch, size, (n, x, y, z) => {
      const dx = x - (cx[0] + cx[1] * n)
      const dy = y - (cy[0] + cy[1] * n)
      const dz = z - (cz[0] + cz[1] * n)
      const q = ax * dx * dx + ay * dy * dy + az * dz * dz
      return (q < r ? 1 : 0) + (classes > 2 && 4 * q < r ? 1 : 0)
    }),
  )
}

/** Images `[batch, x, y, z, 1]`; `label` of the same voxels, or 0 where there is none. */
export function formulaImage(batch: number, size: readonly number[], formula: ImageFormula, label?: Uint8Array): Float32Array {
  const { a1, f1, g1, f2, g2, a2, f3, g3, a3, a4, f4, f5, f6, g4 } = formula
  return Float32Array.from(
    voxels(
      batch,
      size,
      (n, x, y, z, i) =>
        a1 * Math.sin(f1 * x + g1 * n) * Math.cos(f2 * y + g2 * n) +
        a2 * Math.sin(f3 * z + g3 * n) +
        a3 * (label?.[i] ?? 0) +
        a4 * Math.sin(f4 * x + f5 * y + f6 * z + g4 * n),
    ),
  )
}

function voxels(
  batch: number,
  size: readonly number[],
  value: (n: number, x: number, y: number, z: number, i: number) => number,
): Float64Array {
  const [nx = 0, ny = 0, nz = 0] = size
  const values = new Float64Array(batch * nx * ny * nz)
  let i = 0
  for (let n = 0; n < batch; n++) {
    for (let x = 0; x < nx; x++) {
      for (let y = 0; y < ny; y++) {
        for (let z = 0; z < nz; z++, i++) values[i] = value(n, x, y, z, i)
      }
    }
  }
  return values
}

/** For networks whose starting values the formula replaces: drawing millions of numbers first would only take time. */
export function noDraws(): RandomStream {
  return {
    uint32: () => 0,
    uniform: () => 0,
    normal: () => 0,
    integer: (low) => low,
    permutation: (n) => Array.from({ length: n }, (_, i) => i),
    fillUniform: (values) => values,
    fillNormal: (values) => values,
  }
}
