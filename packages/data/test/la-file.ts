import { File, ready } from 'h5wasm'

export interface LaFileOptions {
  shape?: [number, number, number]
  labelShape?: number[]
  chunks?: number[]
  image?: ArrayLike<number>
  label?: ArrayLike<number>
  imageType?: string
  labelType?: string
  names?: [string, string]
  compressed?: boolean
}

/** A file as LA's, small: z fastest, deflate 4. */
export async function laFile(options: LaFileOptions = {}): Promise<Uint8Array> {
  const { shape = [5, 4, 6], names = ['image', 'label'], imageType = '<f', labelType = '<B', compressed = true } = options
  const labelShape = options.labelShape ?? shape
  const voxels = shape.reduce((product, n) => product * n, 1)
  const labelVoxels = labelShape.reduce((product, n) => product * n, 1)
  const image = options.image ?? Array.from({ length: voxels }, (_, i) => Math.fround(Math.sin(i) + i / 100))
  const label = options.label ?? Array.from({ length: labelVoxels }, (_, i) => (i % 3 === 0 ? 1 : 0))
  const { FS } = await ready
  const file = new File('/made.h5', 'w')
  const storage = (dimensions: number[]) =>
    compressed ? { chunks: options.chunks ?? dimensions.map((n) => Math.ceil(n / 2)), compression: 4 } : {}
  file.create_dataset({ name: names[0], data: typed(image, imageType), shape, dtype: imageType, ...storage(shape) })
  file.create_dataset({
    name: names[1],
    data: typed(label, labelType),
    shape: labelShape,
    dtype: labelType,
    ...storage(labelShape),
  })
  file.close()
  const bytes = FS.readFile('/made.h5') as Uint8Array
  FS.unlink('/made.h5')
  return bytes.slice()
}

function typed(values: ArrayLike<number>, type: string) {
  if (type === '<f') return Float32Array.from(values)
  if (type === '<d') return Float64Array.from(values)
  if (type === '<h') return Int16Array.from(values)
  return Uint8Array.from(values)
}
