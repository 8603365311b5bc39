import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { batchNorm3d, conv3d, convTranspose3d, sgdMomentumStep } from '@dualseg/kernels'
import { random } from '@dualseg/kernels/random'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { TinyTraining, train } from '../../kernels/test/tiny-training'
import { findTorch } from '../src/find-torch'
import { BACKEND_NAME, profileKernels, type TorchBackend, torchEngine } from '../src/index'
import { TensorMemory } from '../src/tensor-memory'
import { whereTorch } from './where-torch'

function backend(): TorchBackend {
  return tf.backend() as TorchBackend
}

describe('where PyTorch is looked for', () => {
  afterEach(() => vi.unstubAllEnvs())

  it('says what is missing in a folder that was named', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-torch-'))
    expect(await findTorch(folder)).toMatchObject({ what: expect.stringContaining(`is not in ${folder}`) })
    await expect(torchEngine.open({ library: folder })).rejects.toMatchObject({ code: 'DUALSEG_ENGINE_MISSING' })
    rmSync(folder, { recursive: true })
  })

  it('asks the Python of DUALSEG_PYTHON alone, and names it', async () => {
    vi.stubEnv('DUALSEG_PYTHON', '/nowhere/python')
    expect(await findTorch()).toEqual({
      what: '/nowhere/python (DUALSEG_PYTHON) does not run',
      howToGet: expect.stringContaining('`pip install torch`'),
    })
    await expect(torchEngine.open()).rejects.toThrow(
      'torch engine: /nowhere/python (DUALSEG_PYTHON) does not run; install PyTorch with `pip install torch` (2.10 or newer) and name that Python',
    )
  })
})

whereTorch('torchEngine', () => {
  it('says what it found, and opens what it said', async () => {
    const found = await torchEngine.probe({ device: 'cpu' })
    expect(found).toMatchObject({ available: true, name: 'torch', gpu: false, version: expect.stringMatching(/^PyTorch \d/) })
    const opened = await torchEngine.open({ device: 'cpu', threads: 2 })
    expect(opened).toMatchObject({ device: 'cpu, 2 threads', threads: 2, precision: 'float32', location: found.location })
    expect(tf.getBackend()).toBe(BACKEND_NAME)
  })

  it('stays open, with its tensors, when opened again', async () => {
    await torchEngine.open({ device: 'cpu', threads: 2 })
    const x = tf.tensor1d([1, 2])
    const y = tf.add(x, 1)
    await torchEngine.open({ device: 'cpu', threads: 2 })
    expect(Array.from(y.dataSync())).toEqual([2, 3])
    tf.dispose([x, y])
  })

  it('refuses options that are none', async () => {
    await expect(torchEngine.open({ threads: 0 })).rejects.toThrow('threads is 0, expected a whole number from 1')
    await expect(torchEngine.open({ precision: 'float16' as 'float32' })).rejects.toThrow(
      "precision is 'float16'; choose float32 or",
    )
    await expect(torchEngine.open({ device: 'tpu' as 'cpu' })).rejects.toThrow(
      "device is 'tpu'; choose auto, cpu, cuda or cuda:1",
    )
    await expect(torchEngine.open({ cudnn: 'slow' as 'fastest' })).rejects.toMatchObject({ code: 'DUALSEG_VALUE' })
  })

  it('says so where there is no card of that number', async () => {
    await expect(torchEngine.open({ device: 'cuda:99' })).rejects.toMatchObject({
      code: 'DUALSEG_ENGINE_MISSING',
      message: expect.stringContaining('there is no device cuda:99'),
    })
  })
})

whereTorch('training', () => {
  it('learns, and gives the same bits each time', async () => {
    await torchEngine.open({ device: 'cpu', threads: 2 })
    const first = train(5)
    expect(first.losses[4]).toBeLessThan(first.losses[0]!)
    expect(train(5)).toEqual(first)
  })

  it('comes close to float32 in bfloat16, with weights in float32', async () => {
    await torchEngine.open({ device: 'cpu', threads: 2 })
    const exact = train(5)
    await torchEngine.open({ device: 'cpu', threads: 2, precision: 'bfloat16' })
    const coarse = train(5)
    for (const [i, loss] of coarse.losses.entries()) expect(Math.abs(loss - exact.losses[i]!)).toBeLessThan(0.02)
    expect(coarse.losses).not.toEqual(exact.losses)
    expect(coarse.weights.flat().some((weight) => Math.fround(weight) === weight && bits(weight) % 65536 !== 0)).toBe(true)
  })

  it('leaves nothing behind in 50 steps, and copies the loss alone to the host', async () => {
    await torchEngine.open({ device: 'cpu', threads: 2 })
    const training = new TinyTraining()
    training.step()
    training.step()
    const before = tf.memory() as tf.MemoryInfo & ReturnType<TorchBackend['memory']>
    for (let step = 0; step < 50; step++) training.step()
    const after = tf.memory() as typeof before
    expect([after.numTensors, after.numDataBuffers]).toEqual([before.numTensors, before.numDataBuffers])
    expect(after.torchReads - before.torchReads).toBe(50)
    expect(after.torchHostKernels).toEqual(before.torchHostKernels)
    training.dispose()
  })
})

/** The bits of a float32. */
function bits(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!
}

whereTorch('tensors', () => {
  beforeAll(async () => {
    await torchEngine.open({ device: 'cpu', threads: 2 })
  })

  it('hands out copies', async () => {
    const x = tf.fill([3], 1)
    const [first, second] = [x.dataSync(), await x.data()]
    first[0] = 9
    expect(second[0]).toBe(1)
    x.dispose()
    expect(Array.from(second)).toEqual([1, 1, 1])
  })

  it('uploads ahead of the first kernel, once, and reads what the host still has without a copy', () => {
    const x = tf.tensor1d([1, 2, 3])
    const before = backend().copies
    backend().upload(x.dataId)
    backend().upload(x.dataId)
    expect(Array.from(x.dataSync())).toEqual([1, 2, 3])
    expect(backend().copies).toEqual({ ...before, toEngine: before.toEngine + 1 })
    expect(Array.from(tf.tidy(() => tf.neg(x)).dataSync())).toEqual([-1, -2, -3])
    expect(backend().copies).toEqual({ toHost: before.toHost + 1, toEngine: before.toEngine + 1 })
    tf.dispose(x)
  })

  it('leaves what was uploaded ahead as it is when a variable of the same values changes', () => {
    const x = tf.tensor1d([1, 2, 3])
    backend().upload(x.dataId)
    const variable = tf.variable(x)
    variable.assign(tf.tidy(() => tf.mul(variable, 2)))
    expect(Array.from(x.dataSync())).toEqual([1, 2, 3])
    expect(Array.from(tf.tidy(() => tf.neg(x)).dataSync())).toEqual([-1, -2, -3])
    expect(Array.from(variable.dataSync())).toEqual([2, 4, 6])
    tf.dispose([x, variable])
  })

  // The way to a card, as far as it can be gone without one.
  it('uploads through pinned memory, or, where there is none, says so once and goes on', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { library } = backend()
    const memory = new TensorMemory(library, { kind: 'cpu', index: 0 }, true)
    for (const values of [Float32Array.of(1, 2.5, -3), Float32Array.of(4, 5)]) {
      const { handle, type } = memory.upload(values, 'float32')
      expect(memory.download(handle, type, 'float32')).toEqual(values)
      library.delete(handle)
    }
    expect(memory.uploads).toBe(2)
    expect(warn.mock.calls.length).toBeLessThanOrEqual(1)
    for (const [line] of warn.mock.calls) expect(line).toContain('there is no pinned memory')
    warn.mockRestore()
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

  it('finds a NaN in front, and no other, along every axis, as TensorFlow.js’s cpu backend', async () => {
    await import('@tensorflow/tfjs-backend-cpu')
    const values = Float32Array.of(Number.NaN, 1, 3, Number.NaN, 5, Number.NaN, 2, 8, 4, 6, Number.NaN, 7)
    const positions = async (name: string) => {
      await tf.setBackend(name)
      const found = tf.tidy(() => {
        const x = tf.tensor(values, [2, 3, 2])
        return tf.concat(
          [0, 1, 2].flatMap((axis) => [tf.reshape(tf.argMax(x, axis), [-1]), tf.reshape(tf.argMin(x, axis), [-1])]),
        )
      })
      return Array.from(await found.data())
    }
    const expected = await positions('cpu')
    expect(await positions(BACKEND_NAME)).toEqual(expected)
  })

  it('counts the kernels that run on the host', () => {
    const count = () => backend().memory().torchHostKernels.Cumsum ?? 0
    const before = count()
    const y = tf.tidy(() => tf.cumsum(tf.tensor1d([1, 2, 3])))
    expect(Array.from(y.dataSync())).toEqual([1, 3, 6])
    expect(count()).toBe(before + 1)
    y.dispose()
  })

  it('does not change a tensor that shares a variable’s memory in a step', () => {
    const whole = tf.tidy(() =>
      tf.add(
        tf.tensor2d([
          [1, 2],
          [3, 4],
        ]),
        0,
      ),
    )
    const start = tf.tidy(() => tf.reshape(tf.slice(whole, [0, 0], [1, 2]), [2]))
    const variable = tf.variable(start)
    const velocity = tf.variable(tf.zeros([2]))
    const gradient = tf.tensor1d([1, 1])
    const options = { learningRate: 0.5, momentum: 0, weightDecay: 0 }
    sgdMomentumStep({ parameters: [variable], gradients: [gradient], velocities: [velocity] }, options)
    start.dispose()
    sgdMomentumStep({ parameters: [variable], gradients: [gradient], velocities: [velocity] }, options)
    expect(Array.from(variable.dataSync())).toEqual([0, 1])
    expect(Array.from(whole.dataSync())).toEqual([1, 2, 3, 4])
    tf.dispose([whole, variable, velocity, gradient])
  })
})

whereTorch('a lone small sample', () => {
  beforeAll(async () => {
    await torchEngine.open({ device: 'cpu', threads: 2 })
  })

  // PyTorch has slow kernels of its own for those; they are passed over.
  it.each([
    [[1, 8, 8, 8, 4], 3, 1, 1],
    [[1, 5, 7, 9, 3], 2, 2, 0],
    [[1, 6, 5, 4, 16], 1, 1, 0],
    [[1, 4, 4, 3, 256], 3, 1, 1],
  ] as const)('[%s], kernel %i, stride %i: the bits that it has among others', (shape, kernel, stride, padding) => {
    const channels = shape[4]
    const run = (twice: boolean) =>
      tf.tidy(() => {
        const one = normal([...shape], 'x') as tf.Tensor5D
        const x = twice ? tf.concat([one, one], 0) : one
        const plain = conv3d(x, normal([kernel, kernel, kernel, channels, 6], 'w') as tf.Tensor5D, null, { stride, padding })
        const [up, bias] = [normal([2, 2, 2, 128, channels], 'u') as tf.Tensor5D, normal([128], 'b') as tf.Tensor1D]
        const spread = [null, bias].map((offset) => convTranspose3d(x, up, offset, { stride: 2 }))
        return [plain, ...spread].map((y) => Array.from((twice ? tf.slice(y, 0, 1) : y).dataSync()))
      })
    expect(run(false)).toEqual(run(true))
  })
})

whereTorch('profileKernels', () => {
  it('counts calls and time by kernel', async () => {
    await torchEngine.open({ device: 'cpu', threads: 2 })
    const stop = profileKernels()
    const x = normal([1, 4, 4, 4, 2], 'profile') as tf.Tensor5D
    const [gamma, beta] = [tf.ones([2]) as tf.Tensor1D, tf.zeros([2]) as tf.Tensor1D]
    const { y, mean, variance } = batchNorm3d(x, { gamma, beta, training: true })
    expect(stop().find(({ name }) => name === 'DualSegBatchNorm')).toMatchObject({ calls: 1 })
    tf.dispose([x, gamma, beta, y, mean, variance])
  })
})

function normal(shape: number[], purpose: string): tf.Tensor {
  const data = new Float32Array(tf.util.sizeFromShape(shape))
  random(3, purpose, 0, 0).fillNormal(data, 0, 1)
  return tf.tensor(data, shape)
}
