import { afterEach, expect, it, vi } from 'vitest'
import { box, empty } from './masks.js'

// The browser's runtime needs a worker and a server; here Node's stands in for it, so that what is handed over is tested.
const calls: unknown[][] = []
const worker = { terminate: vi.fn() }
vi.mock('itk-wasm', async (original) => {
  const itk = await original<typeof import('itk-wasm')>()
  const { fileURLToPath } = await import('node:url')
  return {
    ...itk,
    runPipeline: async (name: string, args: string[], outputs: never, inputs: never, options: { pipelineBaseUrl: string }) => {
      calls.push([name, args, options])
      const result = await itk.runPipelineNode(fileURLToPath(`${options.pipelineBaseUrl}/${name}`), args, outputs, inputs)
      return { ...result, webWorker: worker }
    },
  }
})

const { evaluateMask, setPipelinesBaseUrl, setPipelineWorkerUrl, surfaceDistances } = await import('../src/index.js')
const size = [12, 12, 12]
const prediction = box(size, [2, 2, 2], [8, 8, 8])
const reference = box(size, [3, 2, 2], [10, 8, 8])

afterEach(() => calls.splice(0))

it('runs in the worker that it carries by default, made once, and returns it', async () => {
  const result = await surfaceDistances(prediction, reference)
  expect(result).toMatchObject({ hd95: 2, webWorker: worker })
  expect(calls[0]).toEqual([
    'surface-distances',
    ['0', '1', '0', '1', '2', '--memory-io', '--definition', 'medpy', '--labels', '1'],
    expect.objectContaining({ noCopy: true, webWorker: null, pipelineWorkerUrl: expect.stringMatching(/^blob:/) }),
  ])
  await surfaceDistances(prediction, reference)
  expect(calls[1]![2]).toEqual(calls[0]![2])
})

it('hands over copies, since buffers move to the worker', async () => {
  const shared = prediction.data.slice()
  await surfaceDistances({ ...prediction, data: shared }, reference)
  expect(shared).toEqual(prediction.data)
  expect(shared.buffer.byteLength).toBe(12 ** 3)
})

it('passes on the addresses and the worker that it is given', async () => {
  const base = new URL('../pipelines', import.meta.url).href
  setPipelinesBaseUrl(base)
  await surfaceDistances(prediction, reference)
  setPipelineWorkerUrl('https://example.org/worker.js')
  await surfaceDistances(prediction, reference)
  const result = await evaluateMask(prediction, reference, { empty: 'zero', webWorker: false })
  expect(result).toMatchObject({ hd95: 2, webWorker: worker })
  const common = { pipelineBaseUrl: base, noCopy: true }
  expect(calls.map(([, , options]) => options)).toEqual([
    { ...common, pipelineWorkerUrl: null, webWorker: null },
    { ...common, pipelineWorkerUrl: 'https://example.org/worker.js', webWorker: null },
    { ...common, pipelineWorkerUrl: null, webWorker: false },
  ])
})

it('ends a worker that the caller never got, and no other', async () => {
  await expect(surfaceDistances(empty(size), reference, { webWorker: worker as never })).rejects.toThrow(/prediction is empty/)
  expect(worker.terminate).not.toHaveBeenCalled()
  await expect(surfaceDistances(empty(size), reference)).rejects.toThrow(/prediction is empty/)
  expect(worker.terminate).toHaveBeenCalledOnce()
})

it('says in words that the pipeline could not be loaded', async () => {
  setPipelinesBaseUrl(new URL('../nowhere', import.meta.url).href)
  await expect(surfaceDistances(prediction, reference)).rejects.toMatchObject({
    code: 'DUALSEG_PIPELINE',
    message: expect.stringMatching(/could not be loaded .*ENOENT/),
    cause: expect.any(Error),
  })
})
