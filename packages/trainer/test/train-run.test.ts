import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { defineMethod, type EngineIdentity, methodNamed, type Protocol, runIdentity, term, trainRun, vnet } from '../src'
import { openTestEngine } from './test-engine'
import { runBytes, temporaryFolder, tinyPlan } from './tiny-run'

let engine: EngineIdentity
beforeAll(async () => {
  engine = (await openTestEngine()).identity
})

describe('labels of unlabelled cases', () => {
  it('leave every bit as it was when they are replaced by noise', async () => {
    const plain = await trainRun(await tinyPlan({ engine, runs: temporaryFolder() }))
    const noisy = await trainRun(await tinyPlan({ engine, runs: temporaryFolder(), noiseLabels: true }))
    // The sums of the volumes tell them apart; nothing else does.
    const { 'split.json': ofNoisy, ...others } = runBytes(noisy.folder)
    const { 'split.json': ofPlain, ...expected } = runBytes(plain.folder)
    expect(ofNoisy).not.toBe(ofPlain)
    expect(others).toEqual(expected)
  })
})

describe('a term that is not a number', () => {
  const poisoned = (from: number, optimised: boolean) =>
    defineMethod({
      name: 'poisoned',
      title: 'Poisoned',
      paper: 'none',
      networks: { vnet: vnet() },
      step({ networks, batch, iteration }) {
        const good = tf.mean<tf.Scalar>(tf.square(networks.vnet(batch.image).logits))
        const bad = iteration >= from ? tf.mul<tf.Scalar>(good, Number.NaN) : good
        return { good: term(good, { trains: ['vnet'] }), bad: term(bad, { trains: optimised ? ['vnet'] : [] }) }
      },
      predictWith: ['vnet'],
      authors: methodNamed('dualnet').authors,
      audit: { good: { vnet: ['labelled', 'unlabelled'] }, bad: { vnet: ['labelled', 'unlabelled'] } },
    })

  it('stops the run with the iteration and the term if it is optimised, and resumes to the same stop', async () => {
    const plan = { ...(await tinyPlan({ engine, runs: temporaryFolder() })), method: poisoned(3, true) }
    const before = tf.memory().numTensors
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(trainRun(plan)).rejects.toMatchObject({
        code: 'DUALSEG_NAN',
        message: expect.stringMatching(/poisoned: term 'bad' became NaN in iteration 3 of 6/),
      })
    }
    expect(tf.memory().numTensors).toBe(before)
    const { folder } = runIdentity(plan)
    expect(existsSync(join(folder, 'result.json'))).toBe(false)
    expect(existsSync(join(folder, 'lock'))).toBe(false)
  })

  it('is logged as null if it trains nothing', async () => {
    const plan = { ...(await tinyPlan({ engine, runs: temporaryFolder() })), method: poisoned(0, false) }
    const { folder } = await trainRun(plan)
    const first = JSON.parse(readFileSync(join(folder, 'log.jsonl'), 'utf8').split('\n')[0]!)
    expect(first.noted).toEqual({ bad: null })
  })
})

describe('identity', () => {
  it('gives every plan that decides otherwise a folder of its own', async () => {
    const runs = temporaryFolder()
    const plan = await tinyPlan({ engine, runs })
    const { folder, sha256 } = runIdentity(plan)
    expect(folder).toMatch(/tiny[\\/]tiny[\\/]dualnet[\\/]fold0-seed1-[0-9a-f]{8}$/)
    expect(folder.endsWith(sha256.slice(0, 8))).toBe(true)
    const others = [
      { ...plan, seed: 2 },
      { ...plan, without: ['uncertainty'] },
      { ...plan, settings: { ...plan.settings, iterations: 7 } },
      { ...plan, settings: { ...plan.settings, rotFlip: true } },
      { ...plan, settings: { ...plan.settings, augment: { kind: 'flips' as const, mirrorAxes: [0, 1, 2] as const } } },
      { ...plan, settings: { ...plan.settings, augment: { kind: 'strong' as const, mirrorAxes: [0, 1, 2] as const } } },
      { ...plan, settings: { ...plan.settings, augment: { kind: 'strong' as const, mirrorAxes: [0] as const } } },
      { ...plan, settings: { ...plan.settings, testMirror: [0, 1, 2] as const } },
      { ...plan, labelledCases: 2 },
      { ...plan, engine: { ...engine, threads: 99 } },
      { ...plan, engine: { ...engine, revision: engine.revision + 1 } },
      { ...plan, dataIdentity: { ...plan.dataIdentity, volumesSha256: 'others' } },
    ]
    const hashes = new Set([plan, ...others].map((one) => runIdentity(one).sha256))
    expect(hashes.size).toBe(others.length + 1)
  })

  it('does not depend on where runs lie, how often they are saved, or the order of switches', async () => {
    const plan = await tinyPlan({ engine, runs: 'a', without: ['pseudo', 'contrast'] })
    const same = { ...plan, runs: 'b', checkpointIterations: 1, without: ['contrast', 'pseudo'] }
    expect(runIdentity(same).sha256).toBe(runIdentity(plan).sha256)
  })
})

describe('augmentation', () => {
  const filesOf = async (protocol: Partial<Protocol>, iterations: number) => {
    const plan = await tinyPlan({ method: 'supervised', engine, runs: temporaryFolder(), profile: { iterations }, protocol })
    return runBytes((await trainRun(plan)).folder)
  }

  it('changes what is trained on', async () => {
    const logs = new Set<string>()
    for (const kind of ['none', 'flips', 'strong'] as const) {
      logs.add((await filesOf(kind === 'none' ? {} : { augment: { kind, mirrorAxes: [0, 1, 2] } }, 4))['log.jsonl']!)
    }
    expect(logs.size).toBe(3)
  })

  it('of the test alone leaves training as it is', async () => {
    const [plain, mirrored] = [await filesOf({}, 40), await filesOf({ testMirror: [0, 1, 2] }, 40)]
    const terms = (log: string) => log.match(/"terms":{[^}]*}/g)
    expect(terms(plain['log.jsonl']!)).toHaveLength(40)
    expect(terms(mirrored['log.jsonl']!)).toEqual(terms(plain['log.jsonl']!))
    expect(mirrored['cases.jsonl']).not.toBe(plain['cases.jsonl'])
  })
})

describe('a run that is done', () => {
  it('is returned as it is, without any work', async () => {
    const plan = await tinyPlan({ method: 'supervised', engine, runs: temporaryFolder() })
    const first = await trainRun(plan)
    const before = runBytes(first.folder)
    const untouchable = { ...plan, data: { ...plan.data, openBatches: () => Promise.reject(new Error('asked for batches')) } }
    const second = await trainRun(untouchable)
    expect(second).toEqual({ ...first, ran: false })
    expect(runBytes(first.folder)).toEqual(before)
  })
})

describe('two processes', () => {
  it('do not work on one run: a living owner is refused, in words', async () => {
    const plan = await tinyPlan({ method: 'supervised', engine, runs: temporaryFolder() })
    const inside = trainRun(plan, {
      onOpen: () => {
        throw new Error('opened')
      },
    })
    await expect(inside).rejects.toThrow('opened')
    const { folder } = runIdentity(plan)
    writeFileSync(join(folder, 'lock'), JSON.stringify({ host: hostname(), pid: process.ppid }))
    await expect(trainRun(plan)).rejects.toMatchObject({
      code: 'DUALSEG_LOCKED',
      message: expect.stringContaining(`is being worked on by process ${process.ppid}`),
    })
    writeFileSync(join(folder, 'lock'), JSON.stringify({ host: 'another-host', pid: 1 }))
    await expect(trainRun(plan)).rejects.toThrow("on host 'another-host'; wait for it, or, if it is surely gone, delete")
  })

  it('leave a stale lock that is taken over', async () => {
    const plan = await tinyPlan({ method: 'supervised', engine, runs: temporaryFolder() })
    const { folder } = runIdentity(plan)
    mkdirSync(folder, { recursive: true })
    // A number that no process has: beyond the largest that Linux gives out.
    writeFileSync(join(folder, 'lock'), JSON.stringify({ host: hostname(), pid: 2 ** 22 + 1 }))
    expect(await trainRun(plan)).toMatchObject({ status: 'done' })
    expect(existsSync(join(folder, 'lock'))).toBe(false)
  })
})

describe('wrong plans', () => {
  it('are refused in words before any file is written', async () => {
    const runs = temporaryFolder()
    const plan = await tinyPlan({ engine, runs, without: ['uncertainity'] })
    await expect(trainRun(plan)).rejects.toThrow(
      "dualnet cannot go without 'uncertainity'; its switches: uncertainty, regularisation, pseudo, contrast",
    )
    const noUnlabelled = { ...plan, without: [], settings: { ...plan.settings, batch: { labelled: 2, unlabelled: 0 } } }
    await expect(trainRun(noUnlabelled)).rejects.toThrow('dualnet learns from unlabelled samples, but the batch takes none')
    expect(existsSync(join(runs, 'tiny'))).toBe(false)
  })

  it('whose checkpoint was changed are refused', async () => {
    const plan = await tinyPlan({ method: 'supervised', engine, runs: temporaryFolder() })
    const controller = new AbortController()
    const stopped = await trainRun(plan, { signal: controller.signal, onProgress: () => controller.abort() })
    const file = join(stopped.folder, 'checkpoint', 'it0000001', 'vnet.safetensors')
    const bytes = readFileSync(file)
    bytes[bytes.length - 1]! ^= 1
    writeFileSync(file, bytes)
    await expect(trainRun(plan)).rejects.toMatchObject({
      code: 'DUALSEG_DATA',
      message: expect.stringMatching(/vnet\.safetensors: it was changed after it was written/),
    })
  })
})
