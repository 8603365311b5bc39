import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Pointer } from '../native-words'
import * as aten from '../operators'
import { channelsFirst, sizeOf } from '../shapes'
import type { TorchBackend } from '../torch-backend'
import { adoptMap } from './convolution'
import { attrsOf, type KernelTable, type TorchKernel } from './kernel'

/** Of repeated voxels. */
const SCALES = [2, 2, 2] as const

interface TrilinearAttrs {
  alignCorners: boolean
  factor: number
}

function scaled([n, x, y, z, c]: readonly number[], factor: number): number[] {
  return [n!, factor * x!, factor * y!, factor * z!, c!]
}

function spatial(shape: readonly number[]): number[] {
  return shape.slice(1, 4)
}

const trilinear: TorchKernel = (call) => {
  const { inputs, backend } = call
  const x = inputs.x!
  const { alignCorners, factor } = attrsOf<TrilinearAttrs>(call)
  const shape = scaled(x.shape, factor)
  const map = backend.view(x, channelsFirst(x.shape))
  return adoptMap(
    backend,
    aten.UPSAMPLE_TRILINEAR(backend.library, map, spatial(shape), alignCorners, factor, factor, factor),
    shape,
    'float32',
  )
}

const trilinearGrad: TorchKernel = (call) => {
  const { inputs, backend } = call
  const dy = inputs.dy!
  const { alignCorners, factor } = attrsOf<TrilinearAttrs>(call)
  const shape = scaled(dy.shape, 1 / factor)
  if (backend.options.device.kind === 'cuda') return byMatrices(backend, dy, { alignCorners, factor })
  const { sizes } = channelsFirst(shape)
  const map = backend.view(dy, channelsFirst(dy.shape))
  const scales = [factor, factor, factor] as const
  const dx = aten.UPSAMPLE_TRILINEAR_BACKWARD(backend.library, map, spatial(dy.shape), sizes, alignCorners, ...scales)
  return adoptMap(backend, dx, shape, 'float32')
}

const nearest: TorchKernel = ({ inputs, backend }) => {
  const x = inputs.x!
  const shape = scaled(x.shape, 2)
  const map = backend.view(x, channelsFirst(x.shape))
  return adoptMap(backend, aten.UPSAMPLE_NEAREST(backend.library, map, spatial(shape), ...SCALES), shape, 'float32')
}

/** Each voxel gets the sum of the eight that repeat it. */
const nearestGrad: TorchKernel = ({ inputs, backend }) => {
  const dy = inputs.dy!
  const [n, x, y, z, c] = scaled(dy.shape, 1 / 2) as [number, number, number, number, number]
  const blocks = backend.view(dy, { sizes: [n, x, 2, y, 2, z, 2, c] })
  return backend.adopt(aten.SUM(backend.library, blocks, [2, 4, 6], false, null), [n, x, y, z, c])
}

/** Weights of linear interpolation from n to `factor` n positions, [factor n, n]; the conventions are those of `upsampleTrilinear3d`. */
function interpolationMatrix(n: number, { alignCorners, factor }: TrilinearAttrs): Float32Array {
  const weights = new Float32Array(factor * n * n)
  for (let i = 0; i < factor * n; i++) {
    const position = alignCorners ? (i * (n - 1)) / (factor * n - 1) : Math.max(0, (i + 0.5) / factor - 0.5)
    const low = Math.min(Math.floor(position), n - 1)
    weights[i * n + low]! += 1 - (position - low)
    weights[i * n + Math.min(low + 1, n - 1)]! += position - low
  }
  return weights
}

/** The gradient axis by axis as products: PyTorch's own on CUDA adds in whatever order threads arrive. */
function byMatrices(backend: TorchBackend, dy: TensorInfo, attrs: TrilinearAttrs): TensorInfo {
  const { library, tensors } = backend
  const shape = dy.shape.slice()
  let map: Pointer = backend.view(dy)
  for (const axis of [1, 2, 3]) {
    const n = shape[axis]! / attrs.factor
    const [outer, inner] = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis + 1))]
    const matrix = tensors.upload(interpolationMatrix(n, attrs), 'float32').handle
    const transposed = library.reinterpret(matrix, [outer, n, attrs.factor * n], [0, 1, n])
    const lines = library.reinterpret(map, [outer, attrs.factor * n, inner], [attrs.factor * n * inner, inner, 1])
    library.delete(matrix)
    library.delete(map)
    map = aten.BMM(library, transposed, lines)
    shape[axis] = n
  }
  return backend.adopt(map, shape)
}

export const UPSAMPLE_KERNELS: KernelTable = {
  DualSegUpsampleNearest: nearest,
  DualSegUpsampleNearestGrad: nearestGrad,
  DualSegUpsampleTrilinear: trilinear,
  DualSegUpsampleTrilinearGrad: trilinearGrad,
}
