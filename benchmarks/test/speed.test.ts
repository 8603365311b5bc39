import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { projectRoot } from '../src/data/project-root'
import { PROFILES } from '../src/grid/profiles'
import { main } from '../src/main'
import { collect, ratio, type SpeedResult } from '../src/speed/collect'
import { convolutionShapes, directOperations } from '../src/speed/convolution-shapes'
import { measurements } from '../src/speed/measurements'
import { readSizes } from '../src/speed/read-sizes'
import { type Measurement, type Reply, STEPS } from '../src/speed/request'
import { interleavedJobs, type SpeedFailure } from '../src/speed/run-interleaved'
import { type SpeedStamp, speedReport } from '../src/speed/speed-table'
import { describeMeasurement, engineSubject, PEER_WAYS, peerSubject, type Subject } from '../src/speed/subject'

const ONCE = { warmUpSeconds: 0, seconds: 0, maxRuns: 1 }
const TINY = measurements({
  kinds: ['conv', 'step'],
  steps: [...STEPS],
  sizes: [[16, 16, 16]],
  profiles: [],
  filters: 2,
})
const TINY_INFERENCE: Measurement = {
  kind: 'inference',
  item: 'vnet + resnet34',
  networks: ['vnet', 'resnet34'],
  profile: 'tiny',
  volume: [20, 18, 16],
  patch: [16, 16, 16],
  stride: [8, 8, 8],
  filters: 2,
}

const TINY_HARNESS = measurements({
  kinds: ['harness'],
  steps: ['vnet', 'resnet34'],
  sizes: [],
  profiles: [{ ...PROFILES.quick, patch: [16, 16, 16], stride: [8, 8, 8] }],
  filters: 2,
  augment: 'strong',
})
/** Bare steps between those of a run. */
const TURN = 5

describe('what is asked for', () => {
  it('reads patches once each', () => {
    expect(readSizes('--size', '32x32x32, 64x64x48,32x32x32')).toEqual([
      [32, 32, 32],
      [64, 64, 48],
    ])
  })

  it.each(['64x64', '64x64x50', '0x16x16', '1e9x16x16', '2048x16x16', 'large', ''])('refuses the patch "%s"', (text) => {
    expect(() => readSizes('--size', text)).toThrow(/is not three multiples of 16 up to 1024, as in 64x64x48/)
  })

  it('lists convolutions a size, steps a size and method, and both predictors a profile', () => {
    const all = measurements({
      kinds: ['conv', 'step', 'inference'],
      steps: ['vnet', 'mcf'],
      sizes: [
        [32, 32, 32],
        [64, 64, 48],
      ],
      profiles: [PROFILES.half],
    })
    expect(all.map(({ kind }) => kind)).toEqual([
      ...Array(2).fill('convolution'),
      ...Array(4).fill('step'),
      ...Array(2).fill('inference'),
    ])
    expect(all.at(-1)).toMatchObject({ volume: [94, 72, 44], patch: [64, 64, 32], stride: [32, 32, 16], filters: 16 })
  })

  it('takes a piece of the volume where only some windows are wanted, and says so', () => {
    const of = (windows: number) =>
      measurements({ kinds: ['inference'], steps: [], sizes: [], profiles: [PROFILES.full], windows })[0]
    expect(of(4)).toMatchObject({ volume: [112, 130, 84], profile: 'full, 4 of 54 windows' })
    expect(of(1)).toMatchObject({ volume: [112, 112, 80], profile: 'full, 1 of 54 windows' })
    expect(of(54)).toMatchObject({ volume: [188, 144, 88], profile: 'full' })
  })
})

describe('the convolutions of the networks', () => {
  const shapes = convolutionShapes([64, 64, 48], 16)

  it('names them by what they do', () => {
    expect(shapes.map(({ name }) => name)).toEqual([
      '4x64x64x48 16→16 k3',
      '4x32x32x24 32→32 k3',
      '4x16x16x12 64→64 k3',
      '4x8x8x6 128→128 k3',
      '4x4x4x3 256→256 k3',
      '4x64x64x48 1→16 k3',
      '4x64x64x48 1→16 k7',
      '4x64x64x48 16→32 k3 s2',
      '4x64x64x48 16→32 k2 s2',
      '4x32x32x24 32→16 k2 s2 up',
      '4x64x64x48 16→2 k1',
    ])
  })

  it('asks nobody for the gradient of an image', () => {
    expect(shapes.filter(({ input }) => input[4] === 1).map(({ passes }) => passes)).toEqual([
      ['forward', 'gradFilter'],
      ['forward', 'gradFilter'],
    ])
  })

  it.each([
    ['4x64x64x48 16→16 k3', 2 * 4 * 64 * 64 * 48 * 27 * 16 * 16],
    ['4x64x64x48 16→32 k2 s2', 2 * 4 * 32 * 32 * 24 * 8 * 16 * 32],
    ['4x32x32x24 32→16 k2 s2 up', 2 * 4 * 32 * 32 * 24 * 8 * 32 * 16],
  ])('counts the operations of %s', (name, operations) => {
    expect(directOperations(shapes.find((shape) => shape.name === name)!)).toBe(operations)
  })
})

describe('many processes', () => {
  const reply = (seconds: number[], peakBytes: number): Reply => ({
    name: 'wasm',
    version: 'v',
    threads: 1,
    timings: [{ item: 'vnet', seconds }],
    peakBytes,
  })
  const step: Measurement = { kind: 'step', step: 'vnet', size: [16, 16, 16], filters: 2 }

  it('become the median of their medians', () => {
    const replies = [reply([1, 2, 9], 10), reply([4], 30), reply([1, 1, 3], 20)]
    expect(collect(step, 'wasm', replies)).toEqual([
      {
        kind: 'step',
        size: '16x16x16',
        item: 'vnet',
        subject: 'wasm',
        seconds: 2,
        range: [1, 4],
        processes: 3,
        runs: 7,
        peakBytes: 20,
      },
    ])
  })

  it('take turns; one that fails is named and left out, the others go on', async () => {
    const turns: string[] = []
    const subject = (name: string, fails: boolean): Subject => ({
      name,
      role: 'engine',
      measure: async () => {
        turns.push(name)
        if (fails) throw new Error('no memory')
        return reply([1], 1)
      },
    })
    const into = { results: [] as SpeedResult[], failures: [] as SpeedFailure[] }
    const subjects = [subject('a', false), subject('b', true), subject('c', false)]
    const [job] = interleavedJobs([step], subjects, { repeats: 2, threads: 1, timing: ONCE }, into)
    expect(await job!.run(() => undefined)).toBe('1 failed')
    expect(turns).toEqual(['a', 'b', 'c', 'a', 'c'])
    expect(into.results.map((one) => one.subject)).toEqual(['a', 'c'])
    expect(into.failures).toEqual([{ measurement: 'step vnet 16x16x16', subject: 'b', message: 'no memory' }])
  })
})

describe('the table', () => {
  const stamp: SpeedStamp = {
    date: '2026-01-02 03:04',
    processor: 'Some Processor',
    processors: 2,
    memoryGiB: 24,
    platform: 'linux x64',
    busy: 0.1,
    threads: 2,
    repeats: 3,
    subjects: [
      { name: 'wasm', role: 'engine', version: 'engine wasm 1', threads: 2, restBytes: 60e6 },
      { name: 'pytorch', role: 'peer', version: 'PyTorch 2', threads: 2, restBytes: 250e6 },
    ],
  }
  const result = (subject: string, seconds: number, peakBytes: number): SpeedResult => ({
    kind: 'step',
    size: '64x64x48',
    item: 'mcf',
    subject,
    seconds,
    range: [seconds - 0.1, seconds + 0.1],
    processes: 3,
    runs: 3,
    peakBytes,
  })
  const ours = result('wasm', 2, 1.5e9)
  const peer = result('pytorch', 5, 3e9)
  const convolution: SpeedResult = { ...ours, kind: 'convolution', item: '4x8x8x8 1→2 k3', pass: 'forward', gflops: 123 }

  it('says who, where, when, and how much faster and smaller', () => {
    expect(ratio(ours, peer)).toEqual({ speed: 2.5, memory: 0.5 })
    const text = speedReport(stamp, [ours, peer], [])
    expect(text).toContain(
      '2026-01-02 03:04 · Some Processor, 2 processors, 24 GiB · linux x64 · 2 threads · median of 3 processes',
    )
    expect(text).toContain('pytorch: PyTorch 2 · 250 MB at rest')
    expect(text).toMatch(/64x64x48 │ mcf +│ 2\.000 \(1\.900-2\.100\) │ 5\.000 \(4\.900-5\.100\) │ +speed 2\.50x/)
    expect(text).toMatch(/1\.50 GB │ +3\.00 GB │ memory 0\.50x/)
  })

  it('leaves a dash for what was not measured, and says what failed', () => {
    const failure = { measurement: 'step mcf 64x64x48', subject: 'pytorch', message: 'ended by SIGKILL\nmore' }
    const text = speedReport(stamp, [ours, convolution], [failure])
    expect(text).toMatch(/4x8x8x8 1→2 k3 │ +123 \/ - \/ - │ +- │ +- │/)
    expect(text).toContain('NOT MEASURED step mcf 64x64x48, pytorch: ended by SIGKILL')
    expect(text).not.toContain('more')
  })

  it('holds every kernel against what the machine does at most, small ones together', () => {
    const row = (name: string, seconds: number, multiplyAdds: number, bytes: number) => ({
      name,
      calls: 2,
      seconds,
      multiplyAdds,
      bytes,
    })
    const kernels = {
      limits: { multiplyAddsPerSecond: 20e9, bytesPerSecond: 40e9 },
      rows: [row('Conv', 1.5, 15e9, 6e9), row('Add', 0.4, 0, 8e9), row('Sum', 0.004, 0, 0), row('Max', 0.002, 0, 0)],
    }
    const text = speedReport(stamp, [{ ...ours, kind: 'kernels', kernels }], [])
    expect(text).toContain(
      '64x64x48 mcf, wasm: 2.000 s a step, 94 ms of them outside kernels; at most 20.0 G multiply-adds and 40.0 GB a second',
    )
    expect(text).toMatch(/Conv +│ +2 │ +1500\.0 │ +75 % │ +15\.00 │ +6\.00 │ +50 % │ +10 % │/)
    expect(text).toMatch(/Add +│ +2 │ +400\.0 │ +20 % │ +│ +8\.00 │ +│ +50 % │/)
    expect(text).toMatch(/2 others +│ +4 │ +6\.0 │ +0\.3 % │/)
    expect(text).toMatch(/all kernels +│ +8 │ +1906\.0 │ +95 % │ +15\.00 │ +14\.00 │/)
  })

  it('says how much a run adds to its steps', () => {
    const inRun = { ...ours, kind: 'harness' as const, size: 'half', seconds: 2.02, bareSeconds: 2 }
    expect(speedReport(stamp, [inRun], [])).toMatch(/half │ mcf +│ +2\.020, bare 2\.000 │[\s\S]*1\.0 % added/)
    expect(speedReport(stamp, [{ ...inRun, cropSeconds: 0.0072 }], [])).toContain('1.0 % added, 7.2 ms a crop')
  })

  it('marks what came out differently each time', () => {
    expect(speedReport(stamp, [ours], [])).not.toContain('~')
    const text = speedReport(stamp, [{ ...ours, range: [1.5, 2.5] }], [])
    expect(text).toContain('~2.000 (1.500-2.500)')
    expect(text).toContain('~ marks figures whose processes differ by more than 25 %')
  })

  it('warns of a busy machine', () => {
    expect(speedReport({ ...stamp, busy: 1.4 }, [ours], [])).toContain('Other programs kept 1.4 of 2 processors busy')
  })
})

describe('the command', () => {
  let errors: string[]
  beforeEach(() => {
    errors = []
    vi.spyOn(console, 'error').mockImplementation((line) => void errors.push(String(line)))
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it.each([
    [['--what', 'convs'], /--what convs: did you mean conv\? Known: conv, step, kernels, inference, harness/],
    [['--method', 'ua-mt'], /--method ua-mt: .*Known: vnet, resnet34, mt, mcf, dualnet/],
    [['--augment', 'storng'], /--augment storng: did you mean strong\? Known: none, flips, strong/],
    [['--size', '30x30x30'], /--size 30x30x30: "30x30x30" is not three multiples of 16/],
    [['--peer', 'pytroch'], /--peer pytroch: did you mean pytorch\?/],
    [['--engine', 'wsam'], /--engine wsam: did you mean wasm\?/],
  ])('refuses %j as wrong usage', async (args, words) => {
    expect(await main(['speed', ...args])).toBe(2)
    expect(errors.join('\n')).toMatch(words)
  })

  it('has kernels to tell of the wasm engine alone', async () => {
    expect(await main(['speed', '--what', 'kernels', '--engine', 'cpu'])).toBe(2)
    expect(errors.join('\n')).toMatch(/--what kernels: of the wasm engine alone, not of cpu; take --engine wasm/)
  })

  it('says what a missing peer needs, as a missing engine', async () => {
    expect(await main(['speed', '--engine', 'cpu', '--peer', 'pytorch', '--python', '/nowhere/python'])).toBe(4)
    expect(errors.join('\n')).toMatch(/--peer pytorch: no program \/nowhere\/python was found; name a Python .* --python <path>/)
  })
})

describe('tiny measurements by our engine', () => {
  const wasm = engineSubject('wasm', { numerics: 'strict', relaxedSimd: true })

  it.each([...TINY, TINY_INFERENCE].map((one) => [nameOf(one), one] as const))('%s', async (_, measurement) => {
    checkReply(measurement, await wasm.measure({ ...measurement, threads: 1, timing: ONCE }))
  })

  it('kernels of a step: every row has its time, convolutions their multiply-adds', async () => {
    const [measurement] = measurements({ kinds: ['kernels'], steps: ['vnet'], sizes: [[16, 16, 16]], profiles: [], filters: 4 })
    const { timings, kernels } = await wasm.measure({ ...measurement!, threads: 1, timing: ONCE })
    const { limits, rows } = kernels!
    expect(limits.multiplyAddsPerSecond).toBeGreaterThan(1e8)
    expect(limits.bytesPerSecond).toBeGreaterThan(1e8)
    const seconds = rows.reduce((sum, row) => sum + row.seconds, 0)
    expect(seconds).toBeLessThanOrEqual(timings[0]!.seconds[0]!)
    const [norms, sgd] = ['DualSegConvBatchNorm', 'DualSegSgdStep'].map((name) => rows.find((row) => row.name === name)!)
    // 29 in a V-Net; its finest level alone has more products than voxels.
    expect(norms).toMatchObject({ calls: 29 })
    expect(norms!.multiplyAdds).toBeGreaterThan(4 * 16 ** 3 * 4)
    expect(sgd).toMatchObject({ calls: 1, multiplyAdds: 0 })
    expect(norms!.multiplyAdds / norms!.seconds).toBeLessThan(limits.multiplyAddsPerSecond)
  })

  it.each(TINY_HARNESS.map((one) => [describeMeasurement(one), one] as const))('%s', async (_, measurement) => {
    vi.stubEnv('DUALSEG_DATA', '')
    onTestFinished(() => void vi.unstubAllEnvs())
    const { timings } = await wasm.measure({ ...measurement, threads: 1, timing: ONCE })
    expect(timings).toHaveLength(1)
    const { seconds, bareSeconds, cropSeconds } = timings[0]!
    expect(cropSeconds).toHaveLength(1)
    expect(seconds).toHaveLength(1)
    expect(bareSeconds).toHaveLength(TURN)
    expect(Math.min(...seconds, ...bareSeconds!, ...cropSeconds!)).toBeGreaterThan(0)
  })
})

describe('the peer', () => {
  const python = pythonWithTorch()
  const withTorch = it.skipIf(python === undefined)

  withTorch('has the networks and losses that it is described by', () => {
    const script = join(projectRoot, 'benchmarks', 'peer', 'pytorch_peer.py')
    const found = JSON.parse(execFileSync(python!, [script, '{"kind":"check"}'], { encoding: 'utf8' }))
    expect(found.parameters).toEqual({ vnet: 9_448_866, resnet34: 17_930_354 })
    // Three voxels worked out with the references' own functions.
    const expected = {
      ce: 0.3070309,
      dice: 0.1056505,
      rectified: 0.5310363,
      cosine: 0.0518161,
      sharpened: 0.153308,
      mistake: 0.3299842,
    }
    for (const [name, value] of Object.entries(expected)) expect(found.losses[name], name).toBeCloseTo(value, 6)
  })

  const cases = Object.entries(PEER_WAYS.cpu)
    .flatMap(([name, way]) => [...TINY, TINY_INFERENCE].map((one) => [name, nameOf(one), one, way] as const))
    // The layout changes no code path of a step; one stands for all.
    .filter(([peer, name]) => peer === 'pytorch' || !/step (?!mcf)/.test(name))
  withTorch.each(cases)('%s, tiny: %s', async (name, _, measurement, way) => {
    checkReply(measurement, await peerSubject(name, python!, way).measure({ ...measurement, threads: 1, timing: ONCE }))
  })

  it('is written without a line that depends on this checkout', () => {
    expect(readFileSync(join(projectRoot, 'benchmarks', 'peer', 'pytorch_peer.py'), 'utf8')).not.toMatch(
      /^\s*(from|import) (?!json|math|platform|resource|sys|time|torch)/m,
    )
  })
})

function nameOf(measurement: Measurement): string {
  return measurement.kind === 'step' ? `step ${measurement.step}` : measurement.kind
}

function checkReply(measurement: Measurement, { timings, peakBytes, threads }: Reply): void {
  const passes = measurement.kind === 'convolution' ? measurement.shapes.reduce((sum, { passes }) => sum + passes.length, 0) : 1
  expect(timings).toHaveLength(passes)
  expect(timings.every(({ seconds }) => seconds.length === 1 && seconds[0]! > 0)).toBe(true)
  expect(peakBytes).toBeGreaterThan(1e7)
  expect(threads).toBe(1)
}

/** DUALSEG_PYTHON, or the first of the usual names that can import torch. */
function pythonWithTorch(): string | undefined {
  for (const name of [process.env.DUALSEG_PYTHON, 'python3'].filter((one) => one !== undefined)) {
    try {
      execFileSync(name, ['-c', 'import torch'], { stdio: 'ignore' })
      return name
    } catch {
      // Not there, or without torch.
    }
  }
  return undefined
}
