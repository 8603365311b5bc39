import { random } from '@dualseg/kernels/random'
import type { Triple } from '../volume'
import type { Anatomy, Organ } from './anatomy'
import { boundsOf, type Row, raiseDepth, type Shape } from './shape'
import { SmoothNoise } from './smooth-noise'

/** How far the anatomy is bent, in voxels, and over which distance. */
const WARP_AMPLITUDE = 3.2
const WARP_PERIOD = 22
/** How far the label's border strays from the true one, in voxels, as hand-drawn borders do: of a whole case, and from place to place. */
const BORDER = 1.4
const RIPPLE = 0.7
/** No draw of the noise exceeds 3.5. */
const LABEL_REACH = BORDER + 3.5 * RIPPLE
/** Mean intensity of what lies between organs, and how much it varies on a fine and a coarse scale. */
const TISSUE = 0.28
const TISSUE_AMPLITUDE = 0.12
const FAT_AMPLITUDE = 0.13

/** Paints image (a magnitude, not yet standardised) and label of an anatomy; both are x fastest and of its size. */
export function paintAnatomy(anatomy: Anatomy, seed: number, index: number, image: Float32Array, label: Uint8Array): void {
  const { size, wall, valve } = anatomy
  const [nx, ny, nz] = size
  const look = random(seed, 'phantom look', index, 0)
  const between = (low: number, high: number) => low + (high - low) * look.uniform()
  const noise = between(0.12, 0.42)
  // Most cases are clear and a few have hardly any contrast, as in LA.
  const contrast = 1 - 0.72 * look.uniform() * look.uniform()
  const border = between(-BORDER, BORDER)
  const bias = Array.from({ length: 6 }, () => between(-0.16, 0.16))
  const field = (purpose: string, period: number, smooth: boolean) =>
    new SmoothNoise(size, period, random(seed, `phantom ${purpose}`, index, 0), smooth)
  const warps = [
    field('warp x', WARP_PERIOD, true),
    field('warp y', WARP_PERIOD, true),
    field('warp z', WARP_PERIOD, true),
  ] as const
  const ripple = field('border', 9, true)
  const tissue = field('tissue', 6, true)
  const fat = field('fat', 17, true)
  const grain = field('grain', 2, false)
  const grainBeside = field('grain beside', 2, false)

  const below = anatomy.below.map(placed)
  const beyond = anatomy.beyond.map(placed)
  const atrium = anatomy.atrium.map(bounded)
  const row: PlacedRow = {
    x: new Float64Array(nx),
    y: new Float64Array(nx),
    z: new Float64Array(nx),
    low: [0, 0, 0],
    high: [0, 0, 0],
    shift: 0,
  }
  const depth = new Float64Array(nx)
  const value = new Float64Array(nx)
  const edge = new Float64Array(nx)
  const real = new Float64Array(nx)
  const imaginary = new Float64Array(nx)

  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) row.x[x] = x
      warps[0].addRow(row.x, y, z, WARP_AMPLITUDE)
      warps[1].addRow(row.y.fill(y), y, z, WARP_AMPLITUDE)
      warps[2].addRow(row.z.fill(z), y, z, WARP_AMPLITUDE)
      place(row)
      tissue.addRow(value.fill(TISSUE), y, z, TISSUE_AMPLITUDE)
      fat.addRow(value, y, z, FAT_AMPLITUDE)
      for (const organ of below) paintOrgan(value, depth, organ, row)

      const [begin, end] = measure(depth, atrium, row, LABEL_REACH)
      if (begin < end) ripple.addRow(edge.fill(border), y, z, RIPPLE)
      const from = nx * (y + ny * z)
      for (let x = begin; x < end; x++) {
        const d = depth[x]!
        cover(value, x, wall.intensity, wall.opacity * part(d + wall.thickness, 1))
        cover(value, x, anatomy.atriumIntensity, part(d, 1.2))
        if (d + edge[x]! <= 0) continue
        const dx = row.x[x]! - valve.at[0]
        const dy = row.y[x]! - valve.at[1]
        const dz = row.z[x]! - valve.at[2]
        const isBeyond = dx * valve.normal[0] + dy * valve.normal[1] + dz * valve.normal[2] > 0
        if (!isBeyond || dx * dx + dy * dy + dz * dz > valve.radius * valve.radius) label[from + x] = 1
      }
      for (const organ of beyond) paintOrgan(value, depth, organ, row)

      // Magnitude of a complex signal: dark air has no negative noise.
      grain.addRow(real.fill(0), y, z, noise)
      grainBeside.addRow(imaginary.fill(0), y, z, noise)
      const v = y / ny - 0.5
      const w = z / nz - 0.5
      for (let x = 0; x < nx; x++) {
        const u = x / nx - 0.5
        const gain =
          1 + 2 * (bias[0]! * u + bias[1]! * v + bias[2]! * w) + 4 * (bias[3]! * u * u + bias[4]! * v * v + bias[5]! * u * v)
        const signal = gain * (TISSUE + contrast * (value[x]! - TISSUE)) + real[x]!
        image[from + x] = Math.sqrt(signal * signal + imaginary[x]! * imaginary[x]!)
      }
    }
  }
}

interface Bounded {
  shape: Shape
  low: Triple
  high: Triple
}

function bounded(shape: Shape): Bounded {
  return { shape, ...boundsOf(shape) }
}

function placed(organ: Organ): Omit<Organ, 'shapes'> & { shapes: Bounded[] } {
  return { ...organ, shapes: organ.shapes.map(bounded) }
}

/** A row of warped points and the box around them. */
interface PlacedRow extends Row {
  low: Triple
  high: Triple
  /** How far any point is moved along x. */
  shift: number
}

function place(row: PlacedRow): void {
  row.shift = 0
  for (let x = 0; x < row.x.length; x++) row.shift = Math.max(row.shift, Math.abs(row.x[x]! - x))
  row.low = [0, least(row.y), least(row.z)]
  row.high = [row.x.length, greatest(row.y), greatest(row.z)]
}

function least(values: Float64Array): number {
  let found = values[0]!
  for (let i = 1; i < values.length; i++) if (values[i]! < found) found = values[i]!
  return found
}

function greatest(values: Float64Array): number {
  let found = values[0]!
  for (let i = 1; i < values.length; i++) if (values[i]! > found) found = values[i]!
  return found
}

/** Fills `depth` for the part of the row that any shape comes within `reach` of, and returns that part. */
function measure(depth: Float64Array, shapes: readonly Bounded[], row: PlacedRow, reach: number): [number, number] {
  let begin = depth.length
  let end = 0
  for (const { shape, low, high } of shapes) {
    if (row.high[1] < low[1] - reach || row.low[1] > high[1] + reach) continue
    if (row.high[2] < low[2] - reach || row.low[2] > high[2] + reach) continue
    const first = Math.max(Math.floor(low[0] - reach - row.shift), 0)
    const last = Math.min(Math.ceil(high[0] + reach + row.shift) + 1, depth.length)
    if (last <= first) continue
    if (end === 0) depth.fill(-1e9, first, last)
    else {
      if (first < begin) depth.fill(-1e9, first, begin)
      if (last > end) depth.fill(-1e9, end, last)
    }
    begin = Math.min(begin, first)
    end = Math.max(end, last)
    raiseDepth(depth, shape, row, first, last)
  }
  return [begin, end]
}

function paintOrgan(value: Float64Array, depth: Float64Array, organ: ReturnType<typeof placed>, row: PlacedRow): void {
  const [begin, end] = measure(depth, organ.shapes, row, organ.edge)
  for (let x = begin; x < end; x++) cover(value, x, organ.intensity, organ.opacity * part(depth[x]!, organ.edge))
}

function cover(value: Float64Array, x: number, intensity: number, opacity: number): void {
  value[x] = value[x]! + opacity * (intensity - value[x]!)
}

/** How much of a voxel lies inside, for an edge `width` voxels wide. */
function part(depth: number, width: number): number {
  return Math.min(Math.max(0.5 + depth / width, 0), 1)
}
