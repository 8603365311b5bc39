import { describe, expect, it } from 'vitest'
import { readSafetensors, readSafetensorsMetadata } from './read-safetensors'
import { writeSafetensors } from './write-safetensors'

/** A file with any header text and so many bytes of values. */
function file(header: unknown, dataBytes: number, claimed?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + text.length + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(text.length), true)
  bytes.set(text, 8)
  return bytes
}

const f32 = (start: number, end: number, shape = [(end - start) / 4]) => ({ dtype: 'F32', shape, data_offsets: [start, end] })

describe('writeSafetensors', () => {
  it('lays out header and values as the format says', () => {
    const bytes = writeSafetensors(new Map([['a', { shape: [1], data: Float32Array.of(1) }]]), { metadata: {} })
    const header = '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'.padEnd(56)
    expect(bytes[0]).toBe(56)
    expect(new TextDecoder().decode(bytes.subarray(8, 64))).toBe(header)
    expect([...bytes.subarray(64)]).toEqual([0, 0, 0x80, 0x3f])
  })

  it('aligns int64 values that follow an odd number of floats', () => {
    const bytes = writeSafetensors(
      new Map<string, { shape: number[]; data: Float32Array | BigInt64Array }>([
        ['w', { shape: [3], data: Float32Array.of(1, 2, 3) }],
        ['w.count', { shape: [], data: BigInt64Array.of(7n) }],
      ]),
    )
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + bytes[0]! + 256 * bytes[1]!)))
    expect(Object.keys(header)).toEqual(['__metadata__', 'w', 'w.count'])
    expect(header['w.count'].data_offsets).toEqual([0, 8])
    expect(header.w.data_offsets).toEqual([8, 20])
    expect(readSafetensorsMetadata(bytes)).toEqual({ format: 'pt' })
  })

  it('refuses what the format cannot hold', () => {
    const data = Float32Array.of(1, 2)
    expect(() => writeSafetensors(new Map([['a', { shape: [3], data }]]))).toThrow('a has shape [3] and 2 values')
    expect(() => writeSafetensors(new Map([['__metadata__', { shape: [2], data }]]))).toThrow('cannot be called __metadata__')
    const strange = { shape: [2], data: [1, 2] as unknown as Float32Array }
    expect(() => writeSafetensors(new Map([['a', strange]]))).toThrow('a is no typed array')
  })
})

describe('readSafetensors', () => {
  it('returns what was written, in its order', () => {
    const tensors = new Map([
      ['10', { shape: [2, 1], data: Float32Array.of(0.1, Number.NaN) }],
      ['deep.name', { shape: [], data: BigInt64Array.of(-5n) }],
      ['', { shape: [0, 4], data: new Float32Array(0) }],
      ['i', { shape: [2], data: Int32Array.of(-1, 2 ** 31 - 1) }],
      ['u', { shape: [1], data: Uint8Array.of(255) }],
      ['d', { shape: [1], data: Float64Array.of(Math.PI) }],
    ])
    const read = readSafetensors(writeSafetensors(tensors))
    expect(new Map(read)).toEqual(tensors)
  })

  it('reads from a view that starts at an odd byte, into copies', () => {
    const bytes = writeSafetensors(new Map([['a', { shape: [1], data: Float32Array.of(3) }]]))
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    const view = shifted.subarray(3)
    const { data } = readSafetensors(view).get('a')!
    view.fill(0)
    expect([...data]).toEqual([3])
  })

  it('widens half precision', () => {
    const header = {
      h: { dtype: 'F16', shape: [5], data_offsets: [0, 10] },
      b: { dtype: 'BF16', shape: [2], data_offsets: [10, 14] },
    }
    const bytes = file(header, 14)
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7c00, 0x3555, 0x3f80, 0xc040)
    bytes.set(new Uint8Array(halves.buffer), bytes.length - 14)
    const read = readSafetensors(bytes)
    expect([...read.get('h')!.data]).toEqual([1, -2, 2 ** -24, Number.POSITIVE_INFINITY, 0.333251953125])
    expect([...read.get('b')!.data]).toEqual([1, -3])
  })

  const good = file({ a: f32(0, 8), b: f32(8, 12) }, 12)
  it.each([
    ['an empty file', new Uint8Array(0), 'the file has 0 bytes'],
    ['an absurd header length', file({}, 0, 2n ** 63n), 'the header claims 9223372036854775808 bytes, at most 100000000'],
    ['a header longer than the file', file({}, 0, 1000n), 'the file ends after 10; it is cut off'],
    ['a header that is not JSON', file('{"a":', 0), 'the header is not JSON'],
    [
      'a header that is not UTF-8',
      (() => {
        const bytes = file('{"a":1}', 0)
        bytes[10] = 0xff
        return bytes
      })(),
      'not JSON',
    ],
    ['a header that is a list', file('[]', 0), 'not a JSON object'],
    ['cut off values', good.subarray(0, good.length - 1), 'the tensors take 12 bytes, 11 are there; the file is cut off'],
    ['values after the end', file({ a: f32(0, 8) }, 12), 'bytes 8 to 12 belong to no tensor'],
    ['overlapping tensors', file({ a: f32(0, 8), b: f32(4, 12) }, 12), 'b starts at 4, inside the tensor before it'],
    ['a hole', file({ a: f32(0, 4), b: f32(8, 12) }, 12), 'bytes 4 to 8 belong to no tensor'],
    [
      'a name that occurs twice',
      file('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}', 2),
      'bytes 0 to 1',
    ],
    ['a shape that takes more', file({ a: f32(0, 8, [3]) }, 8), 'its shape [3] of F32 takes 12 bytes'],
    ['offsets that run backwards', file({ a: f32(8, 0, [2]) }, 8), 'a lies from 8 to 0'],
    ['negative offsets', file({ a: f32(-4, 0, [1]) }, 0), 'a has the offsets [-4,0]'],
    ['a negative shape', file({ a: f32(0, 4, [-1]) }, 4), 'a has the shape [-1]'],
    ['an overflowing shape', file({ a: f32(0, 4, [2 ** 32, 2 ** 32, 2 ** 32]) }, 4), 'a lies from 0 to 4'],
    ['an unknown number type', file({ a: { ...f32(0, 4), dtype: 'F8_E4M3' } }, 4), 'a has the number type "F8_E4M3"'],
    ['a tensor that is text', file({ a: 'x' }, 0), 'a has the number type undefined'],
    ['metadata that is no text', file({ __metadata__: { step: 3 } }, 0), '__metadata__ is not an object of strings'],
  ])('refuses %s', (_, bytes, words) => {
    expect(() => readSafetensors(bytes)).toThrow(words)
    expect(() => readSafetensors(bytes)).toThrow(expect.objectContaining({ code: 'DUALSEG_DATA' }))
  })
})
