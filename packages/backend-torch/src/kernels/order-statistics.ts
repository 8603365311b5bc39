import * as aten from '../operators'
import { sizeOf } from '../shapes'
import { attrsOf, type TorchKernel } from './kernel'

/** Of all values of x: the k-th smallest (from 0), the one after it (itself if there is none), and the largest, which is NaN if any value is. */
export const orderStatistics: TorchKernel = (call) => {
  const { inputs, backend } = call
  const x = inputs.x!
  const { k } = attrsOf<{ k: number }>(call)
  const { library } = backend
  const count = sizeOf(x.shape)
  const [sorted, places] = aten.SORT.all(library, backend.view(x, { sizes: [count] }), 0, false) as [number, number]
  library.delete(places)
  const parts = [k, Math.min(k + 1, count - 1), count - 1].map((rank) => library.reinterpret(sorted, [1], [1], rank))
  library.delete(sorted)
  return backend.adopt(aten.CAT(library, parts, 0), [3])
}
