import { describe, expect, it } from 'vitest'
import { smallCase } from '../test/small-case'
import { fromTensorOrder, toTensorOrder } from './tensor-order'

describe('tensor order', () => {
  it('is z fastest where a volume is x fastest', () => {
    const volume = {
      data: Float32Array.of(0, 1, 2, 3, 4, 5),
      size: [2, 1, 3] as [number, number, number],
      spacing: [1, 1, 1] as [number, number, number],
    }
    expect(Array.from(toTensorOrder(volume))).toEqual([0, 2, 4, 1, 3, 5])
    expect(Array.from(fromTensorOrder(Float32Array.of(0, 2, 4, 1, 3, 5), [2, 1, 3]))).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('comes back unchanged for sizes that do not fit its blocks', () => {
    const { image, label } = smallCase('A', [19, 5, 37])
    expect(fromTensorOrder(toTensorOrder(image), image.size)).toEqual(image.data)
    const shared = fromTensorOrder(toTensorOrder(label), label.size, { shared: true })
    expect(shared).toEqual(label.data)
    expect(shared.buffer).toBeInstanceOf(SharedArrayBuffer)
  })

  it('refuses data that does not fill the size', () => {
    expect(() => fromTensorOrder(new Float32Array(5), [2, 1, 3])).toThrow('fromTensorOrder: 5 voxels do not fill size [2,1,3]')
  })
})
