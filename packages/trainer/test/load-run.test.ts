import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cropTo, type Preparation, reorientBack, resample, type Triple, type Volume } from '@dualseg/data'
import { readImage, writeImage } from '@dualseg/data/node'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type EngineIdentity, loadRun, type RunPlan, type TrainedRun, trainRun } from '../src'
import { openTestEngine } from './test-engine'
import { temporaryFolder, tinyCase, tinyPlan } from './tiny-run'

const PREPARATION: Preparation = {
  modality: 'MR',
  spacing: [1, 1, 1],
  axes: 'LPS',
  intensity: { kind: 'standardise' },
  crop: 'label',
}

let engine: EngineIdentity
beforeAll(async () => {
  engine = (await openTestEngine()).identity
})

async function trained(method = 'supervised', profile = {}, change: Partial<RunPlan> = {}, protocol = {}): Promise<string> {
  const plan = await tinyPlan({ engine, runs: temporaryFolder(), method, profile, protocol })
  const outcome = await trainRun({ ...plan, savePredictions: true, preparation: PREPARATION, ...change })
  return outcome.folder
}

/** The image of a case as a scanner might hand it over: in other units, with a place in space. */
function scanOf(id: string): Volume<Int16Array> {
  const { image } = tinyCase(id)
  return {
    data: Int16Array.from(image.data, (value) => 1000 + 200 * value),
    size: image.size,
    spacing: [1, 1, 1],
    origin: [12, -7, 30],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
}

/** The same image with its voxels in another order, at the same places: x runs to the head, y to the right, z to the back. */
function otherwiseOrdered(scan: Volume<Int16Array>): Volume<Int16Array> {
  const [nx, ny, nz] = scan.size
  const direction = [0, -1, 0, 0, 0, 1, 1, 0, 0]
  const size: Triple = [nz, nx, ny]
  const [x, y, z] = scan.origin!
  return { ...scan, data: reorientBack(scan.data, { size, direction }, 'LPS'), size, direction, origin: [x + nx - 1, y, z] }
}

async function probsOf(run: TrainedRun, image: Volume, options = {}) {
  return (await run.predict(image, { probs: true, ...options })).probs!
}

describe('loadRun', () => {
  it.each([
    ['supervised', {}],
    ['dualnet', {}],
    ['dtc', {}],
    ['supervised', { reduce: 2, patch: [16, 16, 16], name: 'reduced' }],
  ])('predicts a training volume as the run itself did: %s %j', async (method, profile) => {
    const folder = await trained(method, profile)
    const before = tf.memory().numTensors
    const run = await loadRun(folder)
    const { image } = tinyCase('G', { scale: run.settings.reduce })
    const { label, notes } = await run.predict(image, { asStored: true })
    expect(label.data).toEqual((await readImage(join(folder, 'predictions', 'G.nii.gz'))).data)
    expect(notes).toEqual([])
    run.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('repeats the preparation, and gives every voxel the same whatever the order and place of the axes', async () => {
    const run = await loadRun(await trained())
    const scan = scanOf('G')
    const straight = await probsOf(run, scan)
    const turned = otherwiseOrdered(scan)
    const prediction = await run.predict(turned, { probs: true })
    expect(prediction.label).toMatchObject({
      size: turned.size,
      spacing: [1, 1, 1],
      origin: turned.origin,
      direction: turned.direction,
    })
    expect(prediction.notes).toEqual([expect.stringContaining('the whole image is scanned')])
    // The other order on this grid, by the same rule of space: the values must be those of the straight image.
    expect(prediction.probs!.data).toEqual(reorientBack(straight.data, turned, 'LPS'))
    expect(new Set(straight.data).size).toBeGreaterThan(100)
    run.dispose()
  })

  it('reads what runs of earlier versions say of their axes', async () => {
    const folder = await trained()
    const file = join(folder, 'input.json')
    const input = JSON.parse(readFileSync(file, 'utf8'))
    // Files of earlier versions have no checksum.
    delete input.check
    const { axes: _, ...others } = input.preparation
    for (const [isLps, axes] of [
      [true, 'LPS'],
      [false, null],
    ]) {
      writeFileSync(file, JSON.stringify({ ...input, preparation: { ...others, isLps } }))
      const run = await loadRun(folder)
      expect(run.preparation).toEqual({ ...others, axes })
      run.dispose()
    }
  })

  it('keeps the geometry of its image through files, as ITK has it', async () => {
    const run = await loadRun(await trained())
    const folder = temporaryFolder()
    const scan = otherwiseOrdered(scanOf('H'))
    for (const ending of ['nii.gz', 'nrrd', 'mha']) {
      await writeImage(join(folder, `scan.${ending}`), scan)
      const image = await readImage(join(folder, `scan.${ending}`))
      const { label, probs } = await run.predict(image, { probs: true })
      for (const [name, volume] of Object.entries({ label, probs: probs! })) {
        const path = join(folder, `${name}.${ending}`)
        await writeImage(path, volume)
        const read = await readImage(path)
        expect(read.data).toEqual(volume.data)
        const { size, spacing, origin, direction } = image
        expect({ ...read }).toMatchObject({ size, spacing, origin, direction })
      }
    }
    run.dispose()
  })

  it('looks only at the crop if there is one', async () => {
    const run = await loadRun(await trained())
    const image = tinyCase('G').image
    const [start, end] = [
      [1, 0, 2],
      [18, 17, 19],
    ] as [Triple, Triple]
    const probs = await probsOf(run, image, { asStored: true, crop: { start, end } })
    const alone = await probsOf(run, cropTo(image, start, end), { asStored: true })
    expect(cropTo(probs, start, end).data).toEqual(alone.data)
    expect(probs.data.filter((value) => value !== 0).length).toBeLessThanOrEqual(alone.data.length)
    const { notes } = await run.predict(scanOf('G'), { crop: { start, end } })
    expect(notes).toEqual([])
    await expect(run.predict(image, { crop: { start, end: [19, 17, 19] } })).rejects.toMatchObject({ code: 'DUALSEG_VALUE' })
    run.dispose()
  })

  it('resamples an image of another spacing to the training grid and brings the result back', async () => {
    const run = await loadRun(await trained())
    // Smooth, so that little is lost between the grids.
    const smooth = Float32Array.from(scanOf('G').data, (_, i) => Math.sin((i % 18) / 4) + Math.cos(Math.floor(i / 306) / 5))
    const scan = { ...scanOf('G'), data: smooth }
    const fine = resample(scan, [0.5, 0.5, 0.5], [36, 34, 40])
    const { probs, label, notes } = await run.predict(fine, { probs: true })
    expect(label).toMatchObject({ size: [36, 34, 40], spacing: [0.5, 0.5, 0.5], origin: fine.origin })
    expect(notes).toContain('resampled from 0.5 x 0.5 x 0.5 mm to the training grid of 1 x 1 x 1 mm, and the result back')
    const onTrainingGrid = await probsOf(run, scan)
    const back = resample(probs!, [1, 1, 1], scan.size)
    const difference = back.data.reduce((sum, value, i) => sum + Math.abs(value - onTrainingGrid.data[i]!), 0) / back.data.length
    expect(difference).toBeLessThan(0.05)
    await expect(run.predict({ ...scan, spacing: [20, 1, 1] })).rejects.toThrow(
      'voxels of 20 x 1 x 1 mm, training volumes of 1 x 1 x 1 mm',
    )
    run.dispose()
  })

  it('can weigh, mirror and keep the largest component, which is not what it does by itself', async () => {
    const run = await loadRun(await trained())
    const image = scanOf('G')
    const plain = await probsOf(run, image)
    for (const option of [{ weighting: 'gaussian' }, { mirror: true }]) {
      expect((await probsOf(run, image, option)).data).not.toEqual(plain.data)
    }
    const all = await run.predict(image)
    const one = await run.predict(image, { largestComponent: true })
    const voxels = ({ data }: Volume<Uint8Array>) => data.reduce((sum, value) => sum + value, 0)
    expect(voxels(one.label)).toBeLessThanOrEqual(voxels(all.label))
    run.dispose()
  })

  it('mirrors as its own test did, and along the axes that its data set allows', async () => {
    const image = scanOf('G')
    const plain = await loadRun(await trained('supervised', {}, { mirrorAxes: [1] }))
    const mirrored = await loadRun(await trained('supervised', {}, {}, { testMirror: [1] }))
    const [along1, none] = [await probsOf(plain, image, { mirror: true }), await probsOf(plain, image)]
    expect(along1.data).not.toEqual(none.data)
    expect((await probsOf(mirrored, image)).data).toEqual(along1.data)
    expect((await probsOf(mirrored, image, { mirror: false })).data).toEqual(none.data)
    plain.dispose()
    mirrored.dispose()
  })

  it('refuses images unlike the training images, in words', async () => {
    const run = await loadRun(await trained())
    const scan = scanOf('G')
    const refused = (image: Volume) => run.predict(image).catch((error: unknown) => error)
    const label = { ...scan, data: tinyCase('G').label.data }
    expect(await refused(label)).toMatchObject({
      code: 'DUALSEG_DATA',
      message: expect.stringMatching(/unlike the training images: it has 2 different values \(0, 1 …\), as label maps have/),
    })
    expect(await refused(cropTo(scan, [0, 0, 0], [18, 17, 8]))).toMatchObject({
      message: expect.stringMatching(/it has 18 x 17 x 8 voxels, training images had at least 18 x 17 x 20/),
    })
    const hounsfield = { ...scan, data: scan.data.map((value) => value - 2000) }
    expect(await refused(hounsfield)).toMatchObject({
      message: expect.stringMatching(/1 % of its values lie below -\d+, as Hounsfield units do/),
    })
    const painted = { ...scan, data: scan.data.map((value, i) => (i % 3 === 0 ? value : 800)) }
    expect(await refused(painted)).toMatchObject({
      message: expect.stringMatching(/67 % of its voxels have one and the same value/),
    })
    const spikes = { ...scan, data: Int16Array.from(scan.data, (value, i) => (i % 60 === 0 ? 3000 : value)) }
    expect(await refused(spikes)).toMatchObject({ message: expect.stringMatching(/99 % of its standardised values lie below/) })
    expect(await refused({ ...scan, data: new Int16Array(scan.data.length) })).toMatchObject({
      message: expect.stringContaining('nothing to see'),
    })
    const forced = await run.predict(spikes, { force: true })
    expect(forced.label.size).toEqual(scan.size)
    expect(forced.label.data.every((value) => value === 0 || value === 1)).toBe(true)
    run.dispose()
  })

  it('refuses what is no finished run', async () => {
    await expect(loadRun(temporaryFolder())).rejects.toMatchObject({
      code: 'DUALSEG_DATA',
      message: expect.stringContaining('config.json: it is missing; give the folder of one run'),
    })
    const file = join(temporaryFolder(), 'config.json')
    writeFileSync(file, '{}')
    await expect(loadRun(file)).rejects.toThrow(`${file}: it is a file, expected a folder; give the folder of one run`)
    await expect(loadRun(dirname(file))).rejects.toThrow(/config\.json: \w+: is missing, expected \w+/)
    const plan = await tinyPlan({ engine, runs: temporaryFolder(), method: 'supervised' })
    const controller = new AbortController()
    const stopped = await trainRun(plan, {
      signal: controller.signal,
      onProgress: (told) => void (told.stage === 'train' && told.iteration === 3 && controller.abort()),
    })
    await expect(loadRun(stopped.folder)).rejects.toThrow(/stopped after 3 of 6 iterations; the command that began the run/)
    const folder = await trained()
    const weights = join(folder, 'checkpoint', 'it0000006', 'vnet.safetensors')
    const bytes = readFileSync(weights)
    bytes[bytes.length - 1]! ^= 1
    writeFileSync(weights, bytes)
    await expect(loadRun(folder)).rejects.toThrow('vnet.safetensors: it was changed after it was written')
  })

  it('takes images as they are for a run that kept no input.json, and says so', async () => {
    const folder = await trained()
    rmSync(join(folder, 'input.json'))
    const run = await loadRun(folder)
    const { notes } = await run.predict(tinyCase('G').image)
    expect(notes).toEqual(['the run does not say how its volumes were prepared; the image is taken as it is'])
    run.dispose()
  })
})
