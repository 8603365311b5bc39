import type { ImageVolume, LabelVolume, Triple } from '@dualseg/data'
import { PNG } from 'pngjs'
import { classColour } from '../class-colours'

/** Pixels of a panel's longer side. */
const PANEL = 200
const GAP = 6

/** The planes of a montage: which axes run to the right and down. Superior is up, as radiologists look at it. */
const PLANES = [
  { across: 0, down: 1, isTurned: false },
  { across: 0, down: 2, isTurned: true },
  { across: 1, down: 2, isTurned: true },
] as const

/** Three planes through the middle of the label, the contours of its classes drawn in, or of an image without any, as PNG. */
export function montage(image: ImageVolume, given: LabelVolume | undefined): Buffer {
  const label = given ?? { ...image, data: new Uint8Array(image.data.length) }
  const centre = centreOf(label)
  const [low, high] = percentiles(image.data)
  const panels = PLANES.map((plane) => panel(image, label, centre, plane, low, high))
  const width = panels.reduce((sum, one) => sum + one.width, GAP * (panels.length - 1))
  const height = Math.max(...panels.map((one) => one.height))
  const picture = new PNG({ width, height, colorType: 2 })
  picture.data.fill(255)
  let left = 0
  for (const one of panels) {
    for (let y = 0; y < one.height; y++) {
      one.pixels.copy(picture.data, 4 * (left + width * y), 4 * one.width * y, 4 * one.width * (y + 1))
    }
    left += one.width + GAP
  }
  return PNG.sync.write(picture, { colorType: 2, deflateLevel: 9 })
}

interface Panel {
  readonly width: number
  readonly height: number
  /** RGBA. */
  readonly pixels: Buffer
}

function panel(
  image: ImageVolume,
  label: LabelVolume,
  centre: Triple,
  plane: (typeof PLANES)[number],
  low: number,
  high: number,
): Panel {
  const { across, down, isTurned } = plane
  const { size, spacing } = image
  const strides = [1, size[0], size[0] * size[1]] as const
  const through = 3 - across - down
  const start = strides[through]! * centre[through]!
  const extent = [size[across] * spacing[across], size[down] * spacing[down]] as const
  const zoom = PANEL / Math.max(...extent)
  const [width, height] = extent.map((length) => Math.max(1, Math.round(length * zoom))) as [number, number]
  const column = (x: number) => Math.min(size[across] - 1, Math.floor((x * size[across]) / width))
  const row = (y: number) => {
    const at = Math.min(size[down] - 1, Math.floor((y * size[down]) / height))
    return isTurned ? size[down] - 1 - at : at
  }
  const labelAt = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height ? label.data[start + column(x) * strides[across] + row(y) * strides[down]]! : 0
  const pixels = Buffer.alloc(4 * width * height, 255)
  const scale = high > low ? 255 / (high - low) : 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 4 * (x + width * y)
      const own = labelAt(x, y)
      const isEdge =
        own !== 0 && [labelAt(x - 1, y), labelAt(x + 1, y), labelAt(x, y - 1), labelAt(x, y + 1)].some((other) => other !== own)
      const value = image.data[start + column(x) * strides[across] + row(y) * strides[down]]!
      const grey = Math.min(255, Math.max(0, Math.round((value - low) * scale)))
      pixels.set(isEdge ? classColour(own) : [grey, grey, grey], at)
    }
  }
  return { width, height, pixels }
}

function centreOf({ data, size }: LabelVolume): Triple {
  const sums = [0, 0, 0]
  let count = 0
  for (let z = 0, i = 0; z < size[2]; z++) {
    for (let y = 0; y < size[1]; y++) {
      for (let x = 0; x < size[0]; x++, i++) {
        if (data[i] === 0) continue
        sums[0]! += x
        sums[1]! += y
        sums[2]! += z
        count++
      }
    }
  }
  if (count === 0) return size.map((n) => Math.floor(n / 2)) as Triple
  return sums.map((sum) => Math.round(sum / count)) as Triple
}

/** The 0.5th and 99.5th, from about ten thousand voxels. */
function percentiles(data: Float32Array): [number, number] {
  const step = Math.max(1, Math.floor(data.length / 10_000))
  const some = Float32Array.from({ length: Math.ceil(data.length / step) }, (_, i) => data[i * step]!).sort()
  return [some[Math.floor(0.005 * (some.length - 1))]!, some[Math.ceil(0.995 * (some.length - 1))]!]
}
