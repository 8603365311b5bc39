import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { LabelClass, Volume } from '@dualseg/data'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type EngineIdentity, loadEnsemble, packModel, trainRun } from '../src'
import { fetchModel, loadModel, segment } from '../src/browser'
import { openTestEngine } from './test-engine'
import { temporaryFolder, tinyCase, tinyPlan } from './tiny-run'

const CLASSES: readonly LabelClass[] = [{ name: 'ball', values: [7] }]

let engine: EngineIdentity
beforeAll(async () => {
  engine = (await openTestEngine()).identity
})

async function trained(method: string, seed = 1): Promise<string> {
  const plan = await tinyPlan({ engine, runs: temporaryFolder(), method, seed })
  return (await trainRun({ ...plan, classes: CLASSES })).folder
}

const scan: Volume = { ...tinyCase('G').image, origin: [12, -7, 30], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] }

describe('a packed model', () => {
  it('segments as its runs do, voxel for voxel, and gives back what it took', async () => {
    const ensemble = await loadEnsemble([await trained('dualnet'), await trained('supervised', 2)])
    const { description, weights } = packModel(ensemble)
    const expected = await ensemble.predict(scan, { probs: true })
    ensemble.dispose()
    const before = tf.memory().numTensors
    // As it comes out of a file.
    const model = loadModel(JSON.parse(JSON.stringify(description)), (file) => weights.get(file)!)
    const seen: number[] = []
    const found = await segment(model, scan, { probs: true, onProgress: (done) => seen.push(done) })
    expect(found.label).toEqual(expected.label)
    expect(found.probs!.data).toEqual(expected.probs!.data)
    expect(seen.at(-1)).toBe(found.windows)
    const voxels = expected.label.data.reduce((sum, label) => sum + label, 0)
    expect(voxels).toBeGreaterThan(0)
    expect(found.mask.data).toEqual(expected.label.data.map((label) => 7 * label))
    expect(found.classes).toEqual([{ name: 'ball', value: 7, voxels, millilitres: voxels / 1000 }])
    model.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('has about half the bytes in half precision, and probabilities that are close', async () => {
    const ensemble = await loadEnsemble([await trained('supervised')])
    const [whole, half] = [packModel(ensemble), packModel(ensemble, { float16: true })]
    const expected = await ensemble.predict(scan, { probs: true })
    ensemble.dispose()
    const bytes = ({ weights }: typeof whole) => [...weights.values()].reduce((sum, { length }) => sum + length, 0)
    expect(bytes(half)).toBeLessThan(0.75 * bytes(whole))
    expect(half.description.weights).toBe('float16')
    const model = loadModel(half.description, (file) => half.weights.get(file)!)
    const { probs } = await segment(model, scan, { probs: true })
    model.dispose()
    const differences = probs!.data.map((prob, i) => Math.abs(prob - expected.probs!.data[i]!))
    expect(Math.max(...differences)).toBeLessThan(0.02)
    expect(Math.max(...differences)).toBeGreaterThan(0)
  })

  it('can be stopped', async () => {
    const ensemble = await loadEnsemble([await trained('supervised')])
    const { description, weights } = packModel(ensemble)
    ensemble.dispose()
    const model = loadModel(description, (file) => weights.get(file)!)
    const controller = new AbortController()
    const stopped = segment(model, scan, { signal: controller.signal, onProgress: () => controller.abort() })
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' })
    model.dispose()
  })

  it('is fetched from a folder, and refused in words where it is not whole', async () => {
    const ensemble = await loadEnsemble([await trained('supervised')])
    const { description, weights } = packModel(ensemble)
    ensemble.dispose()
    const files = new Map<string, Uint8Array | string>([...weights, ['model.json', JSON.stringify(description)]])
    const address = await served(files)
    const model = await fetchModel(new URL('model.json', address))
    expect(model.classes).toEqual(CLASSES)
    model.dispose()
    const refused = async (name: string, content: Uint8Array | string | undefined, words: string) => {
      const before = files.get(name)!
      if (content === undefined) files.delete(name)
      else files.set(name, content)
      await expect(fetchModel(new URL('model.json', address))).rejects.toThrow(words)
      files.set(name, before)
    }
    const [[name, bytes]] = weights as unknown as [[string, Uint8Array]]
    const changed = Uint8Array.from(bytes)
    changed[changed.length - 1]! ^= 1
    await refused(name, undefined, `${name} cannot be fetched: the server answers 404`)
    await refused(name, bytes.subarray(1), `${name} has so many bytes: ${bytes.length - 1}, model.json says ${bytes.length}`)
    await refused(name, changed, `${name} has the SHA-256`)
    await refused('model.json', '{', 'model.json is not JSON, or only a part of it')
    await refused('model.json', JSON.stringify({ ...description, version: 2 }), 'is no model that this version knows (version: ')
    const foreign = { ...description.members[0], method: 'mine' }
    await refused('model.json', JSON.stringify({ ...description, members: [foreign] }), "method 'mine' does not exist")
  })
})

/** Files from memory, as a static server gives them. */
async function served(files: ReadonlyMap<string, Uint8Array | string>): Promise<string> {
  const server = createServer(({ url }, reply) => {
    const content = files.get(url!.slice(1))
    reply.writeHead(content === undefined ? 404 : 200).end(content)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}
