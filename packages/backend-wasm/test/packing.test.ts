import { execFileSync } from 'node:child_process'
import v8 from 'node:v8'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { train } from '../../kernels/test/tiny-training'
import { BACKEND_NAME, openBackend, type WasmBackend } from '../src/index'
import { compileKernels, kernelsBytes } from '../src/kernels-module'
import * as compiling from '../src/packing/compile-packed'
import { differences, digest, exercise } from '../src/packing/exercise'
import * as supporting from '../src/packing/packing-support'
import { PLAIN_EXERCISES } from '../src/packing/plain-exercises'
import { hasFusedMultiplyAdd } from '../src/relaxed-simd'

vi.mock(import('../src/packing/compile-packed'), { spy: true })
vi.mock(import('../src/packing/packing-support'), { spy: true })

const support = await supporting.packingSupport()

afterEach(() => vi.restoreAllMocks())
afterAll(() => tf.removeBackend(BACKEND_NAME))

describe('the exercises', () => {
  it('call every function of the module that computes', async () => {
    const called = new Set<string>()
    for (const numerics of ['fast', 'strict'] as const) {
      await openBackend({ threads: 1, numerics })
      const { pool } = (tf.backend() as WasmBackend).runtime
      const run = vi.spyOn(pool, 'run')
      exercise()
      for (const [name] of run.mock.calls) called.add(name)
    }
    const functions = WebAssembly.Module.exports(compileKernels({ shared: false })).filter(({ kind }) => kind === 'function')
    // The limit is a measurement, of which nothing is used.
    const others = ['heapBase', 'multiplyAddLimit']
    expect(functions.map(({ name }) => name).filter((name) => !others.includes(name) && !called.has(name))).toEqual([])
  })

  it('give the same bits each time, with any number of threads, and leave nothing behind', async () => {
    await openBackend({ threads: 1 })
    const before = tf.memory().numTensors
    const first = exercise()
    expect(tf.memory().numTensors).toBe(before)
    await openBackend({ threads: 3 })
    expect(differences(first, exercise())).toEqual([])
  })

  it.each([
    ['fast', {}],
    ['strict', { numerics: 'strict' }],
    ['fast, fused', { relaxedSimd: true }],
    ['strict, fused', { numerics: 'strict', relaxedSimd: true }],
  ] as const)('give what is written down, from plain kernels and finite: %s', async (kind, options) => {
    const { numerics } = await openBackend({ threads: 1, ...options })
    // Where a runtime has no fused multiply-adds, asking for them gives the bits without.
    const found = exercise((name, arrays) => {
      for (const values of arrays) expect(values.every(Number.isFinite), name).toBe(true)
    })
    expect(found).toEqual(PLAIN_EXERCISES[hasFusedMultiplyAdd() ? kind : (numerics as 'fast' | 'strict')])
  })

  it('tell a last bit, -0 from 0, and one value more', () => {
    const of = (...values: number[]) => ({ a: digest([Float32Array.from(values)]) })
    expect(differences(of(0, Number.NaN), of(0, Number.NaN))).toEqual([])
    expect(differences(of(1), of(1 + 2 ** -23))).toEqual(['a'])
    expect(differences(of(0), of(-0))).toEqual(['a'])
    expect(differences(of(1), of(1, 2))).toEqual(['a'])
    // Signs alone, two of them, and a last byte.
    expect(differences(of(1, 1), of(-1, -1))).toEqual(['a'])
    expect(digest([Uint8Array.of(1, 2, 3, 4, 5)])).not.toBe(digest([Uint8Array.of(1, 2, 3, 4, 6)]))
  })
})

describe('packed kernels', () => {
  it.runIf(support.possible)('train to the same bits as plain ones, and the report says that they are packed', async () => {
    await openBackend({ threads: 2 })
    const plain = train(5)
    const report = await openBackend({ threads: 2, packedSimd: true })
    expect(report).toMatchObject({ device: 'cpu, WebAssembly SIMD packed into 256 bits, 2 threads', notes: [] })
    expect((tf.backend() as WasmBackend).isPacked).toBe(true)
    expect(train(5)).toEqual(plain)
  })

  it.runIf(support.possible)('leave V8 with the flags it had', async () => {
    const set = vi.spyOn(v8, 'setFlagsFromString')
    await compiling.compilePacked(kernelsBytes({ shared: false }))
    const last = new Map(set.mock.calls.map(([flag]) => [flag.replace(/^--(no-)?/, ''), flag]))
    const options = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })
    for (const [name, flag] of last) {
      expect(new RegExp(`^ +--${name} .*\\n +type: bool +default: (\\S+)`, 'm').exec(options)?.[1], name).toBe(flag)
    }
    expect(last.size).toBe(4)
  })

  it.runIf(!support.possible)('are not asked for where V8 cannot, and the report says why', async () => {
    const { device, notes } = await openBackend({ threads: 1, packedSimd: true })
    expect(device).toBe('cpu, WebAssembly SIMD, 1 thread')
    expect(notes.join()).toMatch(/^not packed into 256 bits: (Node \d+ |it needs|this processor)/)
    expect(compiling.compilePacked).not.toHaveBeenCalled()
  })

  it('are put aside where a single instruction of theirs gives other bits, and the report says which kernels', async () => {
    vi.mocked(supporting.packingSupport).mockResolvedValue({ possible: true })
    vi.mocked(compiling.compilePacked).mockImplementation(async (bytes) => new WebAssembly.Module(spoiled(bytes)))
    await openBackend({ threads: 1 })
    const plain = train(2)
    const { device, notes } = await openBackend({ threads: 2, packedSimd: true })
    expect(device).toBe('cpu, WebAssembly SIMD, 2 threads')
    expect(notes.join()).toMatch(/^not packed into 256 bits: here packed kernels give other bits \(.+\); please report it/)
    expect((tf.backend() as WasmBackend).isPacked).toBe(false)
    expect(train(2)).toEqual(plain)
  })
})

/** A module with its first `f32x4.mul` turned into `f32x4.add`. */
function spoiled(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes)
  const at = copy.findIndex((byte, i) => byte === 0xfd && copy[i + 1] === 0xe6 && copy[i + 2] === 0x01)
  copy[at + 1] = 0xe4
  return copy
}
