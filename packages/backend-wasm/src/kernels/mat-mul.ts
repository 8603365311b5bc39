import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from '../wasm-backend'
import { isFloat, type KernelTable, sizeOf, type WasmKernel } from './kernel'

/** Inner sizes from which on the sum itself is shared out, and how much of it is a task. */
const LONG = 4096
const CHUNK = 8192
/** Results larger than this are shared out by rows whatever the inner size. */
const SMALL_RESULT = 4096
const PRODUCTS_PER_TASK = 65536

interface Matrix {
  readonly address: number
  readonly rows: number
  readonly columns: number
  /** Bytes from row to row and from column to column. */
  readonly rowStep: number
  readonly columnStep: number
}

function matrixAt(address: number, stored: readonly [number, number], isTransposed: boolean): Matrix {
  const [rows, columns] = stored
  if (isTransposed) return { address, rows: columns, columns: rows, rowStep: 4, columnStep: columns * 4 }
  return { address, rows, columns, rowStep: columns * 4, columnStep: 4 }
}

function multiply(backend: WasmBackend, a: Matrix, b: Matrix, z: number): void {
  const [m, k, n] = [a.rows, a.columns, b.columns]
  const steps = [a.rowStep, a.columnStep, b.rowStep, b.columnStep]
  if (k >= LONG && m * n <= SMALL_RESULT) {
    const { heap } = backend.runtime
    const chunks = Math.ceil(k / CHUNK)
    const partials = heap.allocate(chunks * m * n * 8, 'a matrix product')
    backend.run('matMulPartials', [a.address, b.address, partials, m, k, n, ...steps, CHUNK], chunks, { multiplyAdds: m * k * n })
    backend.run('sumFinish', [partials, z, m * n, m * n, chunks, 1], 1)
    heap.release(partials)
  } else {
    const rowsPerTask = Math.max(1, Math.floor(PRODUCTS_PER_TASK / (k * n)))
    backend.run('matMul', [a.address, b.address, z, m, k, n, ...steps, rowsPerTask], Math.ceil(m / rowsPerTask), {
      multiplyAdds: m * k * n,
    })
  }
}

const batchMatMul: WasmKernel = ({ inputs, attrs, backend }) => {
  const { a, b } = inputs as { a: TensorInfo; b: TensorInfo }
  const batchOf = (shape: readonly number[]) => shape.slice(0, -2)
  const batch = sizeOf(batchOf(a.shape))
  const isSimple = isFloat(a, b) && sizeOf(a.shape) > 0 && sizeOf(b.shape) > 0
  // Other batch shapes spread over each other, which the cpu kernel knows.
  if (!isSimple || String(batchOf(a.shape)) !== String(batchOf(b.shape))) return null
  const stored = (shape: readonly number[]) => shape.slice(-2) as [number, number]
  const [addressA, addressB] = [backend.address(a), backend.address(b)]
  const left = matrixAt(addressA, stored(a.shape), attrs.transposeA as boolean)
  const right = matrixAt(addressB, stored(b.shape), attrs.transposeB as boolean)
  const z = backend.allocate([...batchOf(a.shape), left.rows, right.columns])
  const address = backend.address(z)
  for (let i = 0; i < batch; i++) {
    const at = { ...left, address: addressA + i * left.rows * left.columns * 4 }
    const by = { ...right, address: addressB + i * right.rows * right.columns * 4 }
    multiply(backend, at, by, address + i * left.rows * right.columns * 4)
  }
  return z
}

export const MAT_MUL_KERNELS: KernelTable = { BatchMatMul: batchMatMul }
