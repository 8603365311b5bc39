import { random } from '@dualseg/kernels/random'
import { dataError } from './data-error'
import { type Anatomy, drawAnatomy, type Organ } from './phantom/anatomy'
import { boundsOf, type Row, raiseDepth, type Shape } from './phantom/shape'
import { SmoothNoise } from './phantom/smooth-noise'
import { standardise } from './reduce-volume'
import { emptyLike } from './tensor-order'
import { type Case, type Triple, voxelCount } from './volume'

/** As many as LA has. */
export const PHANTOM_COUNT = 100

/** Counts up when the same seed gives other voxels. */
export const PHANTOM_REVISION = 1

/** `PHANTOM000` to `PHANTOM099`. */
export function phantomIds(count: number = PHANTOM_COUNT): string[] {
  return Array.from({ length: count }, (_, index) => `PHANTOM${String(index).padStart(3, '0')}`)
}

/** @throws DUALSEG_DATA if the id is no phantom's */
export function phantomIndex(id: string): number {
  const digits = id.match(/^PHANTOM(\d{3,})$/)?.[1]
  if (digits === undefined) throw dataError(`«${id}» is no phantom; phantoms are PHANTOM000 to PHANTOM${PHANTOM_COUNT - 1}`)
  return Number(digits)
}

/** How far the anatomy is bent, in voxels, and over which distance. */
const WARP_AMPLITUDE = 3.2
const WARP_PERIOD = 22
/** How far the label's border strays from the true one, in voxels, as hand-drawn borders do. */
const RIPPLE = 0.7
/** Mean intensity of what lies between organs, and how much it varies on a fine and a coarse scale. */
const TISSUE = 0.28
const TISSUE_AMPLITUDE = 0.12
const FAT_AMPLITUDE = 0.13

/**
 * A made-up left atrium in the manner of LA: sizes (x 148 to 244, y 132 to 160, z 88), a foreground of about 9 %, neighbours of the same intensity,
 * thin or missing walls, a bias field, correlated noise, standardised intensities.
 *
 * The same index and seed give the same bits on every machine: nothing but + - * / and square roots decides a voxel.
 *
 * @param index of the patient, from 0
 * @param options.shared put voxels into SharedArrayBuffers @default false
 */
export function laPhantom(index: number, seed: number, options: { shared?: boolean } = {}): Case {
  const anatomy = drawAnatomy(random(seed, 'phantom anatomy', index, 0))
  const { size } = anatomy
  const image = emptyLike(new Float32Array(0), voxelCount(size), options.shared ?? false)
  const label = emptyLike(new Uint8Array(0), voxelCount(size), options.shared ?? false)
  paint(anatomy, seed, index, image, label)
  standardise(image)
  const geometry = { size, spacing: [1, 1, 1] as Triple, spacingUnit: 'voxel' as const }
  return {
    id: `PHANTOM${String(index).padStart(3, '0')}`,
    image: { data: image, ...geometry },
    label: { data: label, ...geometry, size: [...size] },
  }
}

function paint(anatomy: Anatomy, seed: number, index: number, image: Float32Array, label: Uint8Array): void {
  const { size, wall, valve } = anatomy
  const [nx, ny, nz] = size
  const look = random(seed, 'phantom look', index, 0)
  const between = (low: number, high: number) => low + (high - low) * look.uniform()
  const noise = between(0.12, 0.42)
  // Most cases are clear and a few have hardly any contrast, as in LA.
  const contrast = 1 - 0.72 * look.uniform() * look.uniform()
  const border = between(-1.4, 1.4)
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
  const row: Row = { x: new Float64Array(nx), y: new Float64Array(nx), z: new Float64Array(nx) }
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
      tissue.addRow(value.fill(TISSUE), y, z, TISSUE_AMPLITUDE)
      fat.addRow(value, y, z, FAT_AMPLITUDE)
      for (const organ of below) paintOrgan(value, depth, organ, row, y, z)

      const [begin, end] = measure(depth, atrium, row, y, z, wall.thickness + 1)
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
      for (const organ of beyond) paintOrgan(value, depth, organ, row, y, z)

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

/** Beyond its bounds a warped shape can reach as far as the warp does; four deviations and more do not occur for sums of four bytes. */
const MARGIN = 3.5 * WARP_AMPLITUDE

function bounded(shape: Shape): Bounded {
  return { shape, ...boundsOf(shape) }
}

function placed(organ: Organ): Omit<Organ, 'shapes'> & { shapes: Bounded[] } {
  return { ...organ, shapes: organ.shapes.map(bounded) }
}

/** Fills `depth` for the part of the row that any shape may touch, and returns that part. */
function measure(
  depth: Float64Array,
  shapes: readonly Bounded[],
  row: Row,
  y: number,
  z: number,
  reach: number,
): [number, number] {
  const margin = MARGIN + reach
  let begin = depth.length
  let end = 0
  for (const { shape, low, high } of shapes) {
    if (y < low[1] - margin || y > high[1] + margin || z < low[2] - margin || z > high[2] + margin) continue
    const first = Math.max(Math.floor(low[0] - margin), 0)
    const last = Math.min(Math.ceil(high[0] + margin), depth.length)
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

function paintOrgan(
  value: Float64Array,
  depth: Float64Array,
  organ: ReturnType<typeof placed>,
  row: Row,
  y: number,
  z: number,
): void {
  const [begin, end] = measure(depth, organ.shapes, row, y, z, organ.edge)
  for (let x = begin; x < end; x++) cover(value, x, organ.intensity, organ.opacity * part(depth[x]!, organ.edge))
}

function cover(value: Float64Array, x: number, intensity: number, opacity: number): void {
  value[x] = value[x]! + opacity * (intensity - value[x]!)
}

/** How much of a voxel lies inside, for an edge `width` voxels wide. */
function part(depth: number, width: number): number {
  return Math.min(Math.max(0.5 + depth / width, 0), 1)
}
