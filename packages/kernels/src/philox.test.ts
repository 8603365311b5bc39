import { expect, it } from 'vitest'
import { philox4x32 } from './philox'

// Known answers published with Random123 (file kat_vectors, philox4x32 at 10 rounds): counter, key, result.
const KNOWN = [
  ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
  ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
] as const

function words(hex: string): Uint32Array {
  return Uint32Array.from(hex.split(' '), (word) => Number.parseInt(word, 16))
}

it.each(KNOWN)('turns counter %s with key %s into the published words', (counter, key, result) => {
  const out = new Uint32Array(4)
  const given = words(counter)
  philox4x32(given, words(key), out)
  expect(out).toEqual(words(result))
  expect(given, 'the counter is left alone').toEqual(words(counter))
})
