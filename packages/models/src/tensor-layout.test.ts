import { describe, expect, it } from 'vitest'
import { engineShape, fanIn, toEngineLayout, toTorchLayout } from './tensor-layout'

const counting = (size: number) => Float32Array.from({ length: size }, (_, i) => i)

describe('tensor layout', () => {
  it('moves (out, in, x, y, z) to [x, y, z, in, out]', () => {
    const shape = [2, 3, 1, 2, 1] // out, in, x, y, z
    expect(engineShape(shape)).toEqual([1, 2, 1, 3, 2])
    // torch index = out*6 + in*2 + y; engine order is y, in, out
    expect([...toEngineLayout(counting(12), shape)]).toEqual([0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11])
  })

  it('moves a linear weight (out, in) to [in, out]', () => {
    expect(engineShape([2, 3])).toEqual([3, 2])
    expect([...toEngineLayout(counting(6), [2, 3])]).toEqual([0, 3, 1, 4, 2, 5])
  })

  it('leaves vectors as they are, as copies', () => {
    const values = counting(4)
    const moved = toEngineLayout(values, [4])
    expect([...moved]).toEqual([0, 1, 2, 3])
    expect(moved).not.toBe(values)
  })

  it('goes there and back', () => {
    const shape = [3, 4, 2, 3, 2]
    const values = counting(144)
    expect([...toTorchLayout(toEngineLayout(values, shape), shape)]).toEqual([...values])
  })

  it('counts the inputs of a transposed convolution over its outputs, as PyTorch does', () => {
    expect(fanIn([32, 16, 3, 3, 3])).toBe(16 * 27)
    expect(fanIn([256, 128, 2, 2, 2])).toBe(128 * 8)
  })
})
