import { expect, it } from 'vitest'
import { canonicalJson, sha256 } from './canonical-json'

it('writes equal values as equal bytes, whatever the order of their members', () => {
  expect(canonicalJson({ b: [1, 'x', null], a: { d: true, c: 0.1 } })).toBe('{"a":{"c":0.1,"d":true},"b":[1,"x",null]}')
  expect(canonicalJson({ a: undefined, b: 1 })).toBe(canonicalJson({ b: 1 }))
})

it('refuses what JSON would silently change', () => {
  expect(() => canonicalJson({ settings: { rate: Number.NaN } })).toThrow('$.settings.rate is NaN, which JSON cannot hold')
  expect(() => canonicalJson([() => 1])).toThrow('$[0] is')
})

it('hashes as everybody does', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
