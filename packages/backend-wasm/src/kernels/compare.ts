import type { TensorInfo } from '@tensorflow/tfjs-core'
import { expand, sameShape, sortOperands } from './broadcast'
import { type KernelTable, sizeOf, type WasmKernel } from './kernel'
import { blocks, COMPARE, LOGICAL } from './operations'

/** `a op b`; the lesser comparisons are the greater ones with the operands exchanged. */
function comparison(op: number, isExchanged = false): WasmKernel {
  return ({ inputs, backend }) => {
    const { a, b } = inputs as { a: TensorInfo; b: TensorInfo }
    if (a.dtype !== b.dtype || (a.dtype !== 'float32' && a.dtype !== 'int32')) return null
    const operands = sortOperands(a, b)
    if (!operands) return null
    const { shape, full, small, isSwapped, spread } = operands
    const isValue = spread !== null && spread.outer === 1 && spread.inner === 1
    const other = spread && !isValue ? expand(backend, small, shape, spread) : small
    const [left, right] = isSwapped !== isExchanged ? [other, full] : [full, other]
    const step = (tensor: TensorInfo) => (isValue && tensor === other ? 0 : 1)
    const z = backend.allocate(shape, 'bool')
    const size = sizeOf(shape)
    const whole = a.dtype === 'int32' ? 1 : 0
    const addresses = [backend.address(left), backend.address(right), backend.address(z)]
    backend.run('compare', [op, whole, ...addresses, step(left), step(right), size], blocks(size))
    if (other !== small) backend.disposeData(other.dataId)
    return z
  }
}

function logical(op: number): WasmKernel {
  return ({ inputs, backend }) => {
    const { a, b } = inputs as { a: TensorInfo; b: TensorInfo }
    if (a.dtype !== 'bool' || b.dtype !== 'bool' || !sameShape(a.shape, b.shape)) return null
    const z = backend.allocate(a.shape, 'bool')
    const size = sizeOf(a.shape)
    backend.run('logical', [op, backend.address(a), backend.address(b), backend.address(z), size], blocks(size))
    return z
  }
}

const logicalNot: WasmKernel = ({ inputs, backend }) => {
  const x = inputs.x!
  if (x.dtype !== 'bool') return null
  const z = backend.allocate(x.shape, 'bool')
  const size = sizeOf(x.shape)
  backend.run('logical', [LOGICAL.NOT, backend.address(x), backend.address(x), backend.address(z), size], blocks(size))
  return z
}

const select: WasmKernel = ({ inputs, backend }) => {
  const { condition, t, e } = inputs as { condition: TensorInfo; t: TensorInfo; e: TensorInfo }
  const isFourBytes = t.dtype === 'float32' || t.dtype === 'int32'
  if (condition.dtype !== 'bool' || t.dtype !== e.dtype || !isFourBytes) return null
  if (!sameShape(condition.shape, t.shape) || !sameShape(t.shape, e.shape)) return null
  const z = backend.allocate(t.shape, t.dtype)
  const size = sizeOf(t.shape)
  const args = [backend.address(condition), backend.address(t), backend.address(e), backend.address(z), size]
  backend.run('select', args, blocks(size))
  return z
}

export const COMPARE_KERNELS: KernelTable = {
  Equal: comparison(COMPARE.EQUAL),
  NotEqual: comparison(COMPARE.NOT_EQUAL),
  Greater: comparison(COMPARE.GREATER),
  GreaterEqual: comparison(COMPARE.GREATER_EQUAL),
  Less: comparison(COMPARE.GREATER, true),
  LessEqual: comparison(COMPARE.GREATER_EQUAL, true),
  LogicalAnd: logical(LOGICAL.AND),
  LogicalOr: logical(LOGICAL.OR),
  LogicalNot: logicalNot,
  Select: select,
}
