import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from '../wasm-backend'
import { rowsPerTask, type Spread, sortOperands } from './broadcast'
import { isFloat, type KernelTable, listed, sizeOf, type WasmKernel } from './kernel'
import { linesOf } from './lines'
import { BINARY, blocks } from './operations'

/** A repeated row shorter than this is written out to a line that loops well. */
const SHORT_ROW = 256

function kernel(op: number): WasmKernel {
  return ({ inputs, backend }) => {
    const { a, b } = inputs as { a: TensorInfo; b: TensorInfo }
    if (a.dtype === 'int32' && b.dtype === 'int32') return binaryWhole(backend, op, a, b)
    if (!isFloat(a, b)) return null
    const operands = sortOperands(a, b)
    if (!operands) return null
    const { shape, full, small, isSwapped, spread } = operands
    const z = backend.allocate(shape)
    const size = sizeOf(shape)
    const [x, y, out] = [backend.address(full), backend.address(small), backend.address(z)]
    if (spread) binarySpread(backend, op, isSwapped, { x, y, out }, spread)
    else backend.run('binary', [op, x, y, out, size, 0], blocks(size))
    return z
  }
}

const WHOLE_OPERATIONS: readonly number[] = [BINARY.ADD, BINARY.SUB, BINARY.MUL, BINARY.MAX, BINARY.MIN]

/** Whole numbers: of one shape, or with one value on the right. */
function binaryWhole(backend: WasmBackend, op: number, a: TensorInfo, b: TensorInfo): TensorInfo | null {
  const operands = WHOLE_OPERATIONS.includes(op) ? sortOperands(a, b) : null
  if (!operands || operands.isSwapped) return null
  const { shape, full, small, spread } = operands
  if (spread && (spread.outer > 1 || spread.inner > 1)) return null
  const z = backend.allocate(shape, 'int32')
  const size = sizeOf(shape)
  backend.run(
    'binaryWhole',
    [op, backend.address(full), backend.address(small), spread ? 0 : 1, backend.address(z), size],
    blocks(size),
  )
  return z
}

/** out = op(x, y) for x [outer, mid, inner] and y [outer, 1, inner], all addresses. */
export function binarySpread(
  backend: WasmBackend,
  op: number,
  isSwapped: boolean,
  { x, y, out }: { x: number; y: number; out: number },
  { outer, mid, inner }: Spread,
): void {
  const swap = isSwapped ? 1 : 0
  const size = outer * mid * inner
  if (outer === 1 && inner === 1) {
    backend.run('binaryScalar', [op, swap, x, y, out, size], blocks(size))
  } else if (inner === 1) {
    const perTask = rowsPerTask(mid * 4)
    backend.run('binaryRows', [op, swap, x, y, out, outer, 1, mid, 1, perTask], Math.ceil(outer / perTask))
  } else if (inner < SHORT_ROW && (outer === 1 || (mid * inner) % 4 === 0)) {
    // A vector past one sample's end would be the next one's first: samples of whole vectors only.
    for (let sample = 0; sample < outer; sample++) {
      const offset = sample * mid * inner * 4
      const lines = linesOf(backend, y + sample * inner * 4, inner)
      const tasks = Math.ceil((mid * inner) / lines.chunk)
      backend.run(
        'binaryLines',
        [op, swap, x + offset, lines.address, out + offset, mid * inner, lines.lanes, lines.chunk],
        tasks,
      )
      lines.release()
    }
  } else {
    const perTask = rowsPerTask(inner * 4)
    const args = [op, swap, x, y, out, outer * mid, mid, inner, 0, perTask]
    backend.run('binaryRows', args, Math.ceil((outer * mid) / perTask))
  }
}

const addN: WasmKernel = ({ inputs, backend }) => {
  const [first, ...others] = listed(inputs)
  if (!first || others.length === 0 || !isFloat(first, ...others)) return null
  const sum = backend.allocate(first.shape)
  const size = sizeOf(first.shape)
  let left = backend.address(first)
  const out = backend.address(sum)
  for (const other of others) {
    backend.run('binary', [BINARY.ADD, left, backend.address(other), out, size, 0], blocks(size))
    left = out
  }
  return sum
}

const channelDropout: WasmKernel = ({ inputs, backend }) => {
  const { x, mask } = inputs as { x: TensorInfo; mask: TensorInfo }
  const y = backend.allocate(x.shape)
  const [outer, inner] = mask.shape as [number, number]
  const mid = sizeOf(x.shape) / (outer * inner)
  const addresses = { x: backend.address(x), y: backend.address(mask), out: backend.address(y) }
  binarySpread(backend, BINARY.MUL, false, addresses, { outer, mid, inner })
  return y
}

const leakyReluGrad: WasmKernel = ({ inputs, attrs, backend }) => {
  const { dy, x } = inputs as { dy: TensorInfo; x: TensorInfo }
  const dx = backend.allocate(x.shape)
  const size = sizeOf(x.shape)
  const args = [BINARY.LEAKY_RELU_GRAD, backend.address(dy), backend.address(x), backend.address(dx), size, attrs.alpha as number]
  backend.run('binary', args, blocks(size))
  return dx
}

export const BINARY_KERNELS: KernelTable = {
  Add: kernel(BINARY.ADD),
  AddN: addN,
  Sub: kernel(BINARY.SUB),
  Multiply: kernel(BINARY.MUL),
  RealDiv: kernel(BINARY.DIV),
  Maximum: kernel(BINARY.MAX),
  Minimum: kernel(BINARY.MIN),
  SquaredDifference: kernel(BINARY.SQUARED_DIFFERENCE),
  DualSegChannelDropout: channelDropout,
  DualSegLeakyReluGrad: leakyReluGrad,
}
