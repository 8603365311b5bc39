import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { BACKEND_NAME, tensorflowEngine } from '../src'
import { whereTensorflow } from './where-tensorflow'

const run = promisify(execFile)

it('tells what is missing and the command that gets it', async () => {
  const found = await tensorflowEngine.probe('no-such-python')
  expect(found).toMatchObject({
    available: false,
    name: 'tensorflow',
    missing: { what: 'no-such-python is no Python that runs' },
  })
  expect(found.missing!.howToGet).toContain('pip install tensorflow-cpu')
  await expect(tensorflowEngine.open({ python: 'no-such-python' })).rejects.toMatchObject({
    code: 'DUALSEG_ENGINE_MISSING',
    message: expect.stringContaining('pip install tensorflow-cpu'),
  })
})

it('refuses options that it does not know before it looks for anything', async () => {
  await expect(tensorflowEngine.open({ threads: 0 })).rejects.toMatchObject({ code: 'DUALSEG_VALUE' })
  await expect(tensorflowEngine.open({ device: 'tpu' as 'cpu' })).rejects.toMatchObject({ code: 'DUALSEG_VALUE' })
})

whereTensorflow('TensorFlow', () => {
  it('says what it found, and opens it once', async () => {
    const found = await tensorflowEngine.probe()
    expect(found).toMatchObject({ available: true, name: 'tensorflow', precision: 'float32' })
    const opened = await tensorflowEngine.open({ threads: 2, device: 'cpu' })
    expect(opened).toMatchObject({
      name: 'tensorflow',
      version: expect.stringMatching(/^TensorFlow \d+\.\d+\.\d+/),
      device: 'cpu, 2 threads',
      threads: 2,
    })
    expect(opened.location).toBe(found.location)
    expect(tf.getBackend()).toBe(BACKEND_NAME)
    expect(await tensorflowEngine.open({ threads: 2, device: 'cpu' })).toEqual(opened)
    await expect(tensorflowEngine.open({ threads: 1 })).rejects.toThrow('open with 2 threads and device cpu, asked for 1 thread')
  })

  it('leaves the gradients of other engines alone', async () => {
    const child = `
      import * as tf from '@tensorflow/tfjs-core'
      import '@dualseg/kernels'
      import { tensorflowEngine } from '@dualseg/backend-tensorflow'
      const names = ['Add', 'Multiply', 'Softmax', 'Sum', 'Log', 'Concat']
      const before = names.map((name) => tf.getGradient(name)?.gradFunc)
      await tensorflowEngine.open({ threads: 1 })
      console.log(names.every((name, i) => before[i] && tf.getGradient(name).gradFunc === before[i]))`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', child], { cwd: import.meta.dirname })
    expect(stdout.trim()).toBe('true')
  })
})
