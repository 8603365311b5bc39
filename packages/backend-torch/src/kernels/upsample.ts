import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Pointer } from '../native-words'
import * as aten from '../operators'
import { channelsFirst, sizeOf } from '../shapes'
import type { TorchBackend } from '../torch-backend'
import { adoptMap } from './convolution'
import { attrsOf, type KernelTable, type TorchKernel } from './kernel'

const SCALES = [2, 2, 2] as const

function doubled([n, x, y, z, c]: readonly number[]): number[] {
  return [n!, 2 * x!, 2 * y!, 2 * z!, c!]
}

function halved([n, x, y, z, c]: readonly number[]): number[] {
  return [n!, x! / 2, y! / 2, z! / 2, c!]
}

function spatial(shape: readonly number[]): number[] {
  return shape.slice(1, 4)
}

const trilinear: TorchKernel = (call) => {
  const { inputs, backend } = call
  const x = inputs.x!
  const shape = doubled(x.shape)
  const { alignCorners } = attrsOf<{ alignCorners: boolean }>(call)
  const map = backend.view(x, channelsFirst(x.shape))
  return adoptMap(
    backend,
    aten.UPSAMPLE_TRILINEAR(backend.library, map, spatial(shape), alignCorners, ...SCALES),
    shape,
    'float32',
  )
}

const trilinearGrad: TorchKernel = (call) => {
  const { inputs, backend } = call
  const dy = inputs.dy!
  const shape = halved(dy.shape)
  const { alignCorners } = attrsOf<{ alignCorners: boolean }>(call)
  if (backend.options.device.kind === 'cuda') return byMatrices(backend, dy, alignCorners)
  const { sizes } = channelsFirst(shape)
  const map = backend.view(dy, channelsFirst(dy.shape))
  const dx = aten.UPSAMPLE_TRILINEAR_BACKWARD(backend.library, map, spatial(dy.shape), sizes, alignCorners, ...SCALES)
  return adoptMap(backend, dx, shape, 'float32')
}

const nearest: TorchKernel = ({ inputs, backend }) => {
  const x = inputs.x!
  const shape = doubled(x.shape)
  const map = backend.view(x, channelsFirst(x.shape))
  return adoptMap(backend, aten.UPSAMPLE_NEAREST(backend.library, map, spatial(shape), ...SCALES), shape, 'float32')
}

/** Each voxel gets the sum of the eight that repeat it. */
const nearestGrad: TorchKernel = ({ inputs, backend }) => {
  const dy = inputs.dy!
  const [n, x, y, z, c] = halved(dy.shape) as [number, number, number, number, number]
  const blocks = backend.view(dy, { sizes: [n, x, 2, y, 2, z, 2, c] })
  return backend.adopt(aten.SUM(backend.library, blocks, [2, 4, 6], false, null), [n, x, y, z, c])
}

/** Weights of linear interpolation from n to 2n positions, [2n, n]; the conventions are those of `upsampleTrilinear3d`. */
function interpolationMatrix(n: number, alignCorners: boolean): Float32Array {
  const weights = new Float32Array(2 * n * n)
  for (let i = 0; i < 2 * n; i++) {
    const position = alignCorners ? (i * (n - 1)) / (2 * n - 1) : Math.max(0, (i + 0.5) / 2 - 0.5)
    const low = Math.min(Math.floor(position), n - 1)
    weights[i * n + low]! += 1 - (position - low)
    weights[i * n + Math.min(low + 1, n - 1)]! += position - low
  }
  return weights
}

/** The gradient axis by axis as products: PyTorch's own on CUDA adds in whatever order threads arrive. */
function byMatrices(backend: TorchBackend, dy: TensorInfo, alignCorners: boolean): TensorInfo {
  const { library, tensors } = backend
  const shape = dy.shape.slice()
  let map: Pointer = backend.view(dy)
  for (const axis of [1, 2, 3]) {
    const n = shape[axis]! / 2
    const [outer, inner] = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis + 1))]
    const matrix = tensors.upload(interpolationMatrix(n, alignCorners), 'float32').handle
    const transposed = library.reinterpret(matrix, [outer, n, 2 * n], [0, 1, n])
    const lines = library.reinterpret(map, [outer, 2 * n, inner], [2 * n * inner, inner, 1])
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
