import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { batchNorm3d, conv3d, sgdMomentumStep } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { normal, TinyTraining, train } from '../../kernels/test/tiny-training'
import { BACKEND_NAME, measureLimits, openBackend, profileKernels, type WasmBackend, wasmEngine } from '../src/index'

function backend(): WasmBackend {
  return tf.backend() as WasmBackend
}

afterAll(() => tf.removeBackend(BACKEND_NAME))

describe('wasmEngine', () => {
  it('says what it found, and opens what it said', async () => {
    const found = await wasmEngine.probe()
    expect(found).toMatchObject({ available: true, name: 'wasm', notes: [] })
    const opened = await wasmEngine.open({ threads: 2 })
    expect(opened).toMatchObject({ available: true, threads: 2, device: 'cpu, WebAssembly SIMD, 2 threads' })
    expect(tf.getBackend()).toBe(BACKEND_NAME)
  })

  it('stays open, with its tensors, when opened again', async () => {
    await wasmEngine.open({ threads: 2 })
    const x = tf.tensor1d([1, 2])
    await wasmEngine.open({ threads: 2 })
    expect(Array.from(x.dataSync())).toEqual([1, 2])
    x.dispose()
  })

  it('refuses thread counts that are none', async () => {
    await expect(wasmEngine.open({ threads: 0 })).rejects.toThrow('threads is 0, expected a whole number from 1')
    await expect(wasmEngine.open({ threads: 1.5 })).rejects.toMatchObject({ code: 'DUALSEG_VALUE' })
  })
})

describe('training', () => {
  it('learns, and gives the same bits with any number of threads, shared memory or not', async () => {
    const runs = []
    for (const options of [{ threads: 1 }, { threads: 2 }, { threads: 3 }, { threads: 4, shared: false }]) {
      await openBackend(options)
      runs.push(train(5))
    }
    expect(runs[0]!.losses[4]).toBeLessThan(runs[0]!.losses[0]!)
    for (const run of runs.slice(1)) expect(run).toEqual(runs[0])
  })

  it('says so when it falls back to one thread', async () => {
    const report = await openBackend({ threads: 4, shared: false })
    expect(report.threads).toBe(1)
    expect(report.notes.join()).toContain('one thread')
  })

  it('leaves nothing behind in 50 steps', async () => {
    await openBackend({ threads: 2 })
    const training = new TinyTraining()
    // The first step's inputs are not uploaded yet.
    training.step()
    training.step()
    const before = { ...tf.memory(), ids: backend().numDataIds() }
    for (let step = 0; step < 50; step++) training.step()
    const after = { ...tf.memory(), ids: backend().numDataIds() }
    expect(after).toEqual(before)
    training.dispose()
  })
})

describe('memory', () => {
  beforeEach(async () => {
    await openBackend({ threads: 2 })
  })

  it('gives everything back', () => {
    const { wasmBytes } = backend().memory()
    const x = tf.fill([100, 100], 1)
    const y = tf.clone(x)
    expect(backend().memory().wasmBytes).toBe(wasmBytes + 40_000)
    x.dispose()
    expect(backend().memory().wasmBytes).toBe(wasmBytes + 40_000)
    y.dispose()
    expect(backend().memory().wasmBytes).toBe(wasmBytes)
  })

  it('says how much was asked for when it is full, and goes on', () => {
    const allocate = () => backend().allocate([5000, 1000, 1000])
    expect(allocate).toThrow(
      /wasm engine: 19073\.5 MB for a tensor \[5000,1000,1000\] were asked for; .* of 4096\.0 MB are in use/,
    )
    expect(allocate).toThrow(expect.objectContaining({ code: 'DUALSEG_MEMORY' }))
    const x = tf.add(tf.tensor1d([1]), 1)
    expect(x.dataSync()[0]).toBe(2)
    x.dispose()
  })

  it.each([true, false])('keeps values while it grows (shared: %s)', async (shared) => {
    await openBackend({ threads: 2, shared })
    const x = tf.fill([1000], 3)
    expect(x.dataSync()[999]).toBe(3)
    const { wasmTotalBytes } = backend().memory()
    const large = tf.fill([40_000_000], 1)
    expect(backend().memory().wasmTotalBytes).toBeGreaterThan(wasmTotalBytes)
    expect(x.dataSync()[999]).toBe(3)
    const sum = tf.sum(tf.reverse(x))
    expect(sum.dataSync()[0]).toBe(3000)
    tf.disposeVariables()
    tf.dispose([x, large, sum])
  })

  it.each([true, false])('parks what does not fit, and fetches it back (shared: %s)', async (shared) => {
    await openBackend({ threads: 2, shared, maximumBytes: 40 * 2 ** 20 })
    const count = 25
    const tensors = Array.from({ length: count }, (_, i) => tf.fill([2 ** 20], i))
    expect(backend().memory().wasmParkedBytes).toBeGreaterThan(50 * 2 ** 20)
    expect(backend().memory().wasmTotalBytes).toBeLessThanOrEqual(40 * 2 ** 20)
    const truth = tf.greater(tensors[3]!, 2)
    for (let i = 0; i < count; i++) {
      const sum = tf.tidy(() => tf.sum(tf.add(tensors[i]!, tensors[count - 1 - i]!)))
      expect(sum.dataSync()[0]).toBe((count - 1) * 2 ** 20)
      sum.dispose()
      expect(tensors[i]!.dataSync()[2 ** 20 - 1]).toBe(i)
    }
    expect(truth.dataSync()[77]).toBe(1)
    const cpuOp = tf.reverse(tensors[0]!)
    expect(cpuOp.dataSync()[0]).toBe(0)
    tf.dispose([...tensors, truth, cpuOp])
    expect(backend().memory().wasmParkedBytes).toBe(0)
  })

  it('says so when one operation alone is too large', async () => {
    await openBackend({ threads: 2, maximumBytes: 20 * 2 ** 20 })
    const x = tf.fill([3 * 2 ** 20], 1)
    const { numTensors } = tf.memory()
    expect(() => tf.add(x, x)).toThrow(/12\.0 MB for a tensor \[3145728\] were asked for; .* of 20\.0 MB are in use/)
    expect(tf.memory().numTensors).toBe(numTensors)
    expect(x.dataSync()[5]).toBe(1)
    x.dispose()
  })

  it('hands out copies', async () => {
    const x = tf.fill([3], 1)
    const [first, second] = [x.dataSync(), await x.data()]
    first[0] = 9
    expect(second[0]).toBe(1)
    expect(first.buffer).toBeInstanceOf(ArrayBuffer)
    x.dispose()
    expect(Array.from(second)).toEqual([1, 1, 1])
  })

  it('takes over tensors of another backend', async () => {
    await import('@tensorflow/tfjs-backend-cpu')
    await tf.setBackend('cpu')
    const x = tf.tensor1d([1, 2, 3])
    await tf.setBackend(BACKEND_NAME)
    const y = tf.mul(x, 2)
    expect(Array.from(y.dataSync())).toEqual([2, 4, 6])
    tf.dispose([x, y])
  })
})

describe('steps in place', () => {
  it('do not change a tensor that shares a variable’s memory', async () => {
    await openBackend({ threads: 2 })
    const start = tf.tensor1d([1, 2])
    const variable = tf.variable(start)
    const velocity = tf.variable(tf.zeros([2]))
    const gradient = tf.tensor1d([1, 1])
    const options = { learningRate: 0.5, momentum: 0, weightDecay: 0 }
    const { numTensors } = tf.memory()
    sgdMomentumStep({ parameters: [variable], gradients: [gradient], velocities: [velocity] }, options)
    expect(tf.memory().numTensors).toBe(numTensors)
    expect(Array.from(start.dataSync())).toEqual([1, 2])
    expect(Array.from(variable.dataSync())).toEqual([0.5, 1.5])
    sgdMomentumStep({ parameters: [variable], gradients: [gradient], velocities: [velocity] }, options)
    expect(Array.from(variable.dataSync())).toEqual([0, 1])
    tf.dispose([start, variable, velocity, gradient])
  })
})

describe('threads', () => {
  it('compute on when every worker is gone', async () => {
    await openBackend({ threads: 3 })
    const before = train(2)
    backend().runtime.pool.terminateWorkers()
    expect(train(2)).toEqual(before)
    tf.removeBackend(BACKEND_NAME)
  })

  it('report a kernel that traps, and go on', async () => {
    await openBackend({ threads: 3 })
    const before = train(2)
    const past = 2 ** 31
    expect(() => backend().run('fill', [past, 0, 1_000_000], 62)).toThrow('the kernel «fill» failed')
    expect(train(2)).toEqual(before)
  })

  it('let a Node process end by itself', async () => {
    const entry = fileURLToPath(new URL('../dist/index.js', import.meta.url))
    const script = `
      import * as tf from '@tensorflow/tfjs-core'
      import { wasmEngine } from ${JSON.stringify(entry)}
      await wasmEngine.open({ threads: 3 })
      console.log(tf.sum(tf.fill([1000000], 1)).dataSync()[0])
    `
    const cwd = fileURLToPath(new URL('..', import.meta.url))
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      cwd,
      timeout: 30_000,
    })
    expect(stdout).toBe('1000000\n')
    expect(stderr).toBe('')
  })
})

describe('measureLimits', () => {
  it('gives multiply-adds and bytes a second by the clock it is given, and leaves no memory taken', async () => {
    await openBackend({ threads: 2 })
    const before = (tf.backend() as WasmBackend).memory().wasmBytes
    let ms = 0
    // Each reading is 10 ms after the last: 2 x 960 million multiply-adds and twice 128 MiB in each measurement.
    const limits = measureLimits(() => (ms += 10))
    expect(limits.multiplyAddsPerSecond).toBeCloseTo(2 * 960e6 * 100, -3)
    expect(limits.bytesPerSecond).toBeCloseTo(2 * 2 ** 27 * 100, -3)
    expect((tf.backend() as WasmBackend).memory().wasmBytes).toBe(before)
  })

  it('is of the wasm engine alone', async () => {
    await tf.setBackend('cpu')
    expect(() => measureLimits()).toThrow(/the active engine is cpu; open the wasm engine first/)
    await tf.setBackend(BACKEND_NAME)
  })
})

describe('profileKernels', () => {
  it.each([
    ['direct', [1, 4, 4, 4, 3], [2, 2, 2, 3, 5], { stride: 2 }, 2 ** 3 * 2 ** 3 * 3 * 5],
    // Tiles of 2x2x2 voxels from 4x4x4 points each.
    ['by Winograd', [1, 4, 4, 4, 4], [3, 3, 3, 4, 8], { padding: 1 }, 2 ** 3 * 4 ** 3 * 4 * 8],
  ])('counts what a convolution multiplies and adds, %s', async (_, input, filter, how, expected) => {
    await openBackend({ threads: 1, numerics: 'strict' })
    const tensors = [normal(input, 'x'), normal(filter, 'filter')] as [tf.Tensor5D, tf.Tensor5D]
    const stop = profileKernels({ functions: true })
    const y = conv3d(...tensors, null, how)
    const counted = stop().filter(({ multiplyAdds }) => multiplyAdds > 0)
    expect(counted.map(({ name, multiplyAdds }) => [name.replace(/:.*/, ''), multiplyAdds]).sort()).toEqual([
      ['DualSegConv3d', expected],
      ['wasm', expected],
    ])
    tf.dispose([y, ...tensors])
  })

  it('counts calls and time by kernel', async () => {
    await openBackend({ threads: 2 })
    const stop = profileKernels()
    const x = normal([1, 4, 4, 4, 2], 'profile') as tf.Tensor5D
    const [gamma, beta] = [tf.ones([2]) as tf.Tensor1D, tf.zeros([2]) as tf.Tensor1D]
    const { y, mean, variance } = batchNorm3d(x, { gamma, beta, training: true })
    const profile = stop()
    // x in and y out, and four vectors of two.
    const bytes = 4 * (2 * 128 + 4 * 2)
    expect(profile.find(({ name }) => name === 'DualSegBatchNorm')).toMatchObject({ calls: 1, multiplyAdds: 0, bytes })
    expect(profile.every(({ totalMs }) => totalMs >= 0)).toBe(true)
    expect(stop()).toHaveLength(profile.length)
    tf.dispose([x, gamma, beta, y, mean, variance])
  })
})
