import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { laPhantom, type Volume } from '@dualseg/data'
import { readImage, writeImage } from '@dualseg/data/node'
import { loadRun, useEngine } from '@dualseg/trainer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliOutcome, runCli } from './cli-process'
import { installProgram } from './miniature-project'
import { linesIn, runFolders } from './run-folder'

describe('without data', () => {
  const root = mkdtempSync(join(tmpdir(), 'dualseg-phantom-'))
  const runs = join(root, 'runs')
  const cli = installProgram(root)
  let trained: CliOutcome
  let folder: string

  // Makes 22 phantoms of full size and scores 20: about a quarter of a minute on two processors.
  beforeAll(async () => {
    trained = await runCli(cli, [
      'la',
      '--method',
      'supervised',
      '--iterations',
      '3',
      '--labelled',
      '2',
      '--json',
      '--runs',
      runs,
    ])
    folder = runFolders(runs)[0]!
  }, 300_000)
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it('runs on the phantom, in three iterations, and stamps everything with it', () => {
    expect(trained.code, trained.stderr).toBe(0)
    expect(trained.stderr).toMatch(
      /^No Left Atrium volumes: this runs on a built-in phantom, and every table and file says so\.\nFor the real ones, /,
    )
    expect(trained.stderr).toContain('LA phantom · engine')
    expect(folder).toMatch(/[\\/]phantom[\\/]quick-3[\\/]supervised[\\/]fold0-seed1-[0-9a-f]{8}$/)
    expect(JSON.parse(trained.stdout)).toMatchObject({
      dataset: 'la phantom',
      profile: 'quick-3',
      methods: [{ method: 'supervised', runs: 1, cases: 20 }],
      runs: [folder],
    })
    expect(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')).config.data.dataset).toBe('phantom')
    expect(readFileSync(join(folder, 'result.json'), 'utf8')).toContain('phantom')
    expect(linesIn(runs, 'cases.jsonl')).toBe(20)
  })

  it('segments files with that run, alike from the command line and from TypeScript', { timeout: 300_000 }, async () => {
    const { image } = laPhantom(7, 1)
    // As a scanner hands it over: whole numbers, millimetres, a place in space.
    const scan: Volume = {
      data: Int16Array.from(image.data, (value) => 300 + 100 * value),
      size: image.size,
      spacing: [0.625, 0.75, 1.25],
      origin: [-80.5, 42.25, 17],
      direction: [0, 0, 1, 1, 0, 0, 0, 1, 0],
    }
    const path = join(root, 'scan.nii.gz')
    await writeImage(path, scan)
    const out = join(root, 'out')
    const labelMap = join(root, 'labels.nii.gz')
    await writeImage(labelMap, { ...scan, data: laPhantom(7, 1).label.data })
    const done = await runCli(cli, [
      'predict',
      '--run',
      folder,
      path,
      labelMap,
      '--out',
      out,
      '--probabilities',
      '--crop',
      '0:140,0:120,0:80',
      '--json',
    ])
    expect(done.stderr).toMatch(/labels\.nii\.gz: this image is unlike the training images: it has 2 different values/)
    expect(done.code, done.stderr).toBe(3)
    expect(JSON.parse(done.stdout)).toMatchObject({
      method: 'supervised',
      dataset: 'phantom',
      images: [
        {
          image: path,
          label: join(out, 'scan-label.nii.gz'),
          probs: join(out, 'scan-probs.nii.gz'),
          notes: [expect.stringContaining('no spacing and no order of axes in common')],
        },
      ],
    })

    await useEngine('wasm', { threads: 1 })
    const run = await loadRun(folder)
    const { label, probs } = await run.predict(await readImage(path), {
      probs: true,
      crop: { start: [0, 0, 0], end: [140, 120, 80] },
    })
    run.dispose()
    const [writtenLabel, writtenProbs] = await Promise.all(
      ['label', 'probs'].map((name) => readImage(join(out, `scan-${name}.nii.gz`))),
    )
    expect(writtenLabel!.data).toEqual(label.data)
    expect(writtenProbs!.data).toEqual(probs!.data)
    const { size, spacing, origin, direction } = await readImage(path)
    for (const written of [writtenLabel, writtenProbs]) expect(written).toMatchObject({ size, spacing, origin, direction })
    expect(new Set(label.data).size).toBe(2)
  })

  it('says what a command line lacks', async () => {
    const missing = await runCli(cli, ['predict', 'scan.nii.gz'])
    expect([missing.code, missing.stderr]).toEqual([2, 'bench predict: --run is missing; bench predict --help shows how'])
    const crop = await runCli(cli, ['predict', 'scan.nii.gz', '--run', folder, '--crop', '1:2'])
    expect(crop.stderr).toContain('give first:end along x, y and z')
    const none = await runCli(cli, ['predict', 'scan.nii.gz', '--run', root])
    expect([none.code, none.stderr]).toEqual([
      3,
      expect.stringContaining('config.json: it is missing; give the folder of one run'),
    ])
  })
})
