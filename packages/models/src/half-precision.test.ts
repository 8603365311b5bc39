import { expect, it } from 'vitest'
import { narrowToFloat16, widenFloat16 } from './half-precision'
import { readSafetensors } from './read-safetensors'
import { halveWeights } from './weights-file'
import { writeSafetensors } from './write-safetensors'

it('narrows every half to itself', () => {
  const all = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits).filter((bits) => (bits & 0x7fff) <= 0x7c00)
  // -0 is +0 once it is widened.
  const expected = all.map((bits) => (bits === 0x8000 ? 0 : bits))
  expect(narrowToFloat16(widenFloat16(all)).map((bits) => (bits === 0x8000 ? 0 : bits))).toEqual(expected)
})

it.each([
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
  [1 + 2 ** -11 + 2 ** -20, 0x3c01],
  [2 - 2 ** -12, 0x4000],
  [2 ** -25, 0],
  [1.5 * 2 ** -25, 1],
  [2 ** -14 - 2 ** -26, 0x0400],
  [65519, 0x7bff],
  [-65520, 0xfc00],
  [Number.NaN, 0x7e00],
])('narrows %d to the nearest half, of two as near the even one', (value, bits) => {
  expect(narrowToFloat16(Float32Array.of(value))[0]).toBe(bits)
})

it('halves kernels and leaves vectors as they are', () => {
  const vector = { shape: [3], data: Float32Array.of(1e-9, 70000, 1 / 3) }
  const kernel = { shape: [1, 2], data: Float32Array.of(1 / 3, -2) }
  const bytes = writeSafetensors(
    new Map([
      ['a.weight', kernel],
      ['a.running_var', vector],
    ]),
    { metadata: { of: 'it' } },
  )
  const halved = halveWeights(bytes)
  const read = readSafetensors(halved)
  expect(read.get('a.running_var')).toEqual(vector)
  expect([...read.get('a.weight')!.data]).toEqual([0.333251953125, -2])
  expect(new TextDecoder().decode(halved)).toContain('"a.weight":{"dtype":"F16","shape":[1,2]')
  const large = writeSafetensors(new Map([['w', { shape: [1, 1], data: Float32Array.of(1e5) }]]))
  expect(() => halveWeights(large)).toThrow('value 0 of w is 100000, beyond half precision')
})
