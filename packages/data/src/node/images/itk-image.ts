import type { Image } from 'itk-wasm'
import { checkVolume, type Triple, type Volume, type VoxelArray, voxelCount } from '../../volume'
import type { Refuse } from './image-header'

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1]
/** Axes may miss a right angle by what float32 headers lose. */
const RIGHT_ANGLE = 1e-3

/** What a volume takes from an image that ITK decoded; its three axes are the first three, or two and one of a single voxel. */
export function fromItkImage(image: Image, refuse: Refuse): Volume & { storedType: string } {
  const { imageType, data } = image
  if (imageType.components !== 1) throw refuse(`has ${imageType.components} components a voxel, expected one`)
  const axes = imageType.dimension
  // Plus 0: -0 and 0 are the same place.
  const three = (values: ArrayLike<number>, missing: number): Triple => [
    values[0]! + 0,
    values[1]! + 0,
    axes < 3 ? missing : values[2]! + 0,
  ]
  const size = three(image.size, 1)
  if (!data || data.length !== voxelCount(size)) {
    throw refuse(`gave ${data?.length ?? 0} voxels, expected ${voxelCount(size)} for size [${size}]; the file is damaged`)
  }
  const entry = (row: number, column: number) => Number(image.direction[row * axes + column]) + 0
  const direction =
    axes < 3
      ? [entry(0, 0), entry(0, 1), 0, entry(1, 0), entry(1, 1), 0, 0, 0, 1]
      : [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => entry(row, column)))
  const origin = three(image.origin, 0)
  if (!origin.every(Number.isFinite) || !isRotation(direction)) {
    throw refuse(
      `has origin [${origin}] and direction [${direction}], expected finite numbers and axes at right angles; resample a sheared (tilted) image first`,
    )
  }
  const voxels = toVoxelArray(data as ItkVoxels, refuse)
  return { data: voxels, size, spacing: three(image.spacing, 1), origin, direction, storedType: imageType.componentType }
}

/** A volume as an itk-wasm `Image`, with voxels of its own: the runtime reads `data.buffer` from its first byte. */
export function toItkImage(volume: Volume, name: string): Image {
  checkVolume(volume, name)
  return {
    imageType: { dimension: 3, componentType: componentType(volume.data), pixelType: 'Scalar', components: 1 },
    name,
    origin: [...(volume.origin ?? [0, 0, 0])],
    spacing: [...volume.spacing],
    direction: Float64Array.from(volume.direction ?? IDENTITY),
    size: [...volume.size],
    metadata: new Map(),
    data: volume.data.slice(),
  } as Image
}

type ItkVoxels =
  | VoxelArray
  | Int8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array

/** The narrowest of a volume's types that holds every stored value; float64 is rounded to float32. */
function toVoxelArray(data: ItkVoxels, refuse: Refuse): VoxelArray {
  if (data instanceof Float32Array || data instanceof Float64Array) {
    const wrong = data.findIndex((value) => !Number.isFinite(value))
    if (wrong >= 0) throw refuse(`voxel ${wrong} is ${data[wrong]}, expected finite numbers`)
    return data instanceof Float32Array ? data : Float32Array.from(data)
  }
  if (data instanceof Uint8Array || data instanceof Int16Array || data instanceof Int32Array) return data
  if (data instanceof Int8Array) return Int16Array.from(data)
  if (data instanceof Uint16Array) return Int32Array.from(data)
  const whole = data as Uint32Array | BigInt64Array | BigUint64Array
  const out = new Int32Array(whole.length)
  for (let i = 0; i < whole.length; i++) {
    const value = Number(whole[i])
    if (value < -0x80000000 || value > 0x7fffffff) throw refuse(`voxel ${i} is ${value}, expected integers of 32 bits`)
    out[i] = value
  }
  return out
}

function componentType(data: VoxelArray): string {
  if (data instanceof Uint8Array) return 'uint8'
  if (data instanceof Int16Array) return 'int16'
  return data instanceof Int32Array ? 'int32' : 'float32'
}

function isRotation(rows: readonly number[]): boolean {
  const dot = (a: number, b: number) => rows[a]! * rows[b]! + rows[a + 3]! * rows[b + 3]! + rows[a + 6]! * rows[b + 6]!
  return [0, 1, 2].every((a) => [0, 1, 2].every((b) => Math.abs(dot(a, b) - (a === b ? 1 : 0)) < RIGHT_ANGLE))
}
