import type { RandomStream } from '@dualseg/kernels/random'
import type { Triple } from '../volume'

/** Standard deviation of the sum of four uniform bytes. */
const BYTES_DEVIATION = Math.sqrt((4 * (256 * 256 - 1)) / 12)

/**
 * Nearly normal noise of standard deviation 1: the sum of the four bytes of each random word, exact on every machine, where the logarithm of a true
 * normal draw may differ in its last bit.
 */
export function fillNoise(values: Float32Array, random: RandomStream): Float32Array {
  for (let i = 0; i < values.length; i++) {
    const word = random.uint32()
    values[i] = ((word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24) - 510) / BYTES_DEVIATION
  }
  return values
}

/** Random values on a coarse grid, read along rows of the fine one by linear interpolation of smoothed positions. */
export class SmoothNoise {
  readonly #period: number
  readonly #nx: number
  readonly #ny: number
  readonly #values: Float32Array
  readonly #row: Float64Array
  readonly #cell: Int32Array
  readonly #part: Float64Array
  readonly #smooth: boolean

  /**
   * @param size of the fine grid
   * @param period voxels between coarse values
   * @param smooth no kinks at coarse values (for shapes); without, cheaper and of even variance (for grain)
   */
  constructor(size: Readonly<Triple>, period: number, random: RandomStream, smooth: boolean) {
    this.#period = period
    const coarse = size.map((n) => Math.ceil(n / period) + 2)
    this.#nx = coarse[0]!
    this.#ny = coarse[1]!
    this.#values = fillNoise(new Float32Array(coarse[0]! * coarse[1]! * coarse[2]!), random)
    this.#row = new Float64Array(this.#nx)
    this.#smooth = smooth
    const places = Array.from({ length: size[0] }, (_, x) => this.#place(x))
    this.#cell = Int32Array.from(places, ([cell]) => cell)
    this.#part = Float64Array.from(places, ([, part]) => part)
  }

  /** Adds `amplitude` times the noise of row (y, z) to `out`. */
  addRow(out: Float64Array, y: number, z: number, amplitude: number): void {
    const [j, v] = this.#place(y)
    const [k, w] = this.#place(z)
    const nx = this.#nx
    const base = nx * (j + this.#ny * k)
    const up = nx * this.#ny
    const values = this.#values
    const row = this.#row
    for (let i = 0; i < nx; i++) {
      const at = base + i
      const low = values[at]! + v * (values[at + nx]! - values[at]!)
      const high = values[at + up]! + v * (values[at + up + nx]! - values[at + up]!)
      row[i] = amplitude * (low + w * (high - low))
    }
    const cell = this.#cell
    const part = this.#part
    for (let x = 0; x < out.length; x++) {
      const i = cell[x]!
      const value = row[i]!
      out[x] = out[x]! + value + part[x]! * (row[i + 1]! - value)
    }
  }

  #place(at: number): [number, number] {
    const position = (at + 0.5) / this.#period
    const cell = Math.floor(position)
    const t = position - cell
    return [cell, this.#smooth ? t * t * (3 - 2 * t) : t]
  }
}
