// node scripts/bench-conv.mjs [--threads 2] [--shapes k3,...|4x32x32x24x32x32] [--passes fwd,dx,dw] [--tile 222|444|fastest] [--plain] [--ms 300]
// Effective GFLOP/s (two per multiplication of the direct algorithm) of every convolution pass; best of the runs within --ms, by the clock or, with one thread, by processor time.
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

const k3 = (size, cin, cout = cin) => ({
  name: `k3 ${size.join('x')} ${cin}->${cout}`,
  input: [...size, cin],
  k: 3,
  cout,
  padding: 1,
})

const SHAPES = [
  k3([4, 48, 48, 32], 8),
  k3([4, 24, 24, 16], 16),
  k3([4, 12, 12, 8], 32),
  k3([4, 6, 6, 4], 64),
  k3([4, 3, 3, 2], 128),
  k3([4, 32, 32, 24], 32),
  k3([4, 64, 64, 48], 16),
  k3([4, 16, 16, 12], 64),
  k3([4, 8, 8, 6], 128),
  k3([4, 4, 4, 3], 256),
  k3([1, 48, 48, 32], 8),
  k3([4, 48, 48, 32], 1, 8),
  k3([4, 64, 64, 48], 1, 16),
  { name: 'k7 4x48x48x32 1->16', input: [4, 48, 48, 32, 1], k: 7, cout: 16, padding: 3 },
  { name: 'k1 4x48x48x32 8->2', input: [4, 48, 48, 32, 8], k: 1, cout: 2 },
  { name: 'k1 4x24x24x16 32->64', input: [4, 24, 24, 16, 32], k: 1, cout: 64 },
  { name: 'k1s2 4x24x24x16 32->64', input: [4, 24, 24, 16, 32], k: 1, cout: 64, stride: 2 },
  { name: 'k2s2 4x48x48x32 8->16', input: [4, 48, 48, 32, 8], k: 2, cout: 16, stride: 2 },
  { name: 'k2s2 4x32x32x24 32->64', input: [4, 32, 32, 24, 32], k: 2, cout: 64, stride: 2 },
  { name: 'k2s2 4x6x6x4 64->128', input: [4, 6, 6, 4, 64], k: 2, cout: 128, stride: 2 },
  { name: 'up2 4x24x24x16 16->8', input: [4, 24, 24, 16, 16], k: 2, cout: 8, stride: 2, transposed: true },
  { name: 'up2 4x3x3x2 128->64', input: [4, 3, 3, 2, 128], k: 2, cout: 64, stride: 2, transposed: true },
  { name: 'k3s2 4x24x24x16 16->32', input: [4, 24, 24, 16, 16], k: 3, cout: 32, stride: 2, padding: 1 },
  { name: 'k3s2 4x12x12x8 64->128', input: [4, 12, 12, 8, 64], k: 3, cout: 128, stride: 2, padding: 1 },
  { name: 'k4s2 4x48x48x32 3->16', input: [4, 48, 48, 32, 3], k: 4, cout: 16, stride: 2, padding: 1 },
]

if (isMainThread) await main()
else await work()

/** Waits for work, does its share of every phase, meets the others at the barrier. Control words: 0 launch number, 1 arrivals of the current barrier, 2 its round. */
async function work() {
  const { module, memory, control, thread, threads, scratch } = workerData
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const words = new Int32Array(control)
  parentPort.postMessage('ready')
  for (let seen = 0; ; ) {
    while (Atomics.load(words, 0) === seen);
    seen = Atomics.load(words, 0)
    if (seen < 0) return
    const text = new Uint8Array(control, 1024, Atomics.load(words, 3)).slice()
    runPhases(exports, JSON.parse(new TextDecoder().decode(text)), words, thread, threads, scratch)
  }
}

function runPhases(exports, phases, words, thread, threads, scratch) {
  for (const { fn, args, tasks } of phases) {
    const begin = Math.floor((tasks * thread) / threads)
    const end = Math.floor((tasks * (thread + 1)) / threads)
    if (begin < end) exports[fn](...args, begin, end, thread, scratch)
    const round = Atomics.load(words, 2)
    if (Atomics.add(words, 1, 1) === threads - 1) {
      Atomics.store(words, 1, 0)
      Atomics.add(words, 2, 1)
    } else while (Atomics.load(words, 2) === round);
  }
}

async function main() {
  const { values } = parseArgs({
    options: {
      threads: { type: 'string', default: '2' },
      shapes: { type: 'string', default: 'all' },
      passes: { type: 'string', default: 'fwd,dx,dw' },
      tile: { type: 'string', default: '222' },
      ms: { type: 'string', default: '300' },
      phases: { type: 'boolean', default: false },
      plain: { type: 'boolean', default: false },
    },
  })
  const { build } = await import('tsup')
  const { fileURLToPath } = await import('node:url')
  const root = fileURLToPath(new URL('..', import.meta.url))
  const outDir = `${root}node_modules/.cache/bench-conv`
  await build({
    entry: {
      conv: `${root}src/conv/index.ts`,
      module: `${root}src/kernels-module.ts`,
      detect: `${root}src/relaxed-simd.ts`,
      relaxed: `${root}src/kernels-relaxed.generated.ts`,
    },
    format: 'esm',
    outDir,
    silent: true,
    config: false,
    target: 'node20',
  })
  const conv = await import(`${outDir}/conv.mjs`).catch(() => import(`${outDir}/conv.js`))
  const { compileKernels } = await import(`${outDir}/module.mjs`).catch(() => import(`${outDir}/module.js`))
  const { hasFusedMultiplyAdd } = await import(`${outDir}/detect.mjs`).catch(() => import(`${outDir}/detect.js`))
  const isRelaxed = !values.plain && hasFusedMultiplyAdd()
  const binary = isRelaxed ? await import(`${outDir}/relaxed.mjs`).catch(() => import(`${outDir}/relaxed.js`)) : undefined
  console.log(isRelaxed ? 'relaxed SIMD' : 'plain SIMD')

  const threads = Number(values.threads)
  const pages = 20000
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 65536, shared: true })
  const module = compileKernels({ shared: true, binary })
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const control = new SharedArrayBuffer(65536)
  const words = new Int32Array(control)
  const SCRATCH = 32 << 20
  const scratches = Array.from({ length: threads }, (_, i) => 65536 + i * SCRATCH)
  let top = 65536 + threads * SCRATCH
  const workers = await Promise.all(
    scratches.slice(1).map(
      (scratch, i) =>
        new Promise((resolve) => {
          const worker = new Worker(new URL(import.meta.url), {
            workerData: { module, memory, control, thread: i + 1, threads, scratch },
          })
          worker.once('message', () => resolve(worker))
        }),
    ),
  )
  const run = (launch) => {
    if (launch.scratchBytesPerThread > SCRATCH) throw new Error('scratch')
    const text = new TextEncoder().encode(JSON.stringify(launch.phases))
    new Uint8Array(control).set(text, 1024)
    Atomics.store(words, 3, text.length)
    Atomics.add(words, 0, 1)
    runPhases(exports, launch.phases, words, 0, threads, scratches[0])
  }
  // On a busy machine the processor's time of one thread says more than the clock.
  const cpuMs = () => process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000
  const now = threads === 1 ? cpuMs : () => performance.now()
  const best = (launch) => {
    run(launch)
    let least = Number.POSITIVE_INFINITY
    const start = performance.now()
    for (let n = 0; n < 3 || (performance.now() - start < Number(values.ms) && n < 500); n++) {
      const from = now()
      run(launch)
      least = Math.min(least, now() - from)
    }
    return least
  }

  const mark = top
  const shapes = SHAPES.filter(
    ({ name }) => values.shapes === 'all' || values.shapes.split(',').some((part) => name.includes(part)),
  )
  for (const { name, input, k, cout, stride = 1, padding = 0, transposed } of shapes) {
    top = mark
    const take = (bytes) => {
      const pointer = top
      top += Math.ceil(bytes / 64) * 64 + 64
      if (top > pages * 65536) throw new Error(`${name}: does not fit`)
      return pointer
    }
    const random = (count) => {
      const pointer = take(count * 4)
      const view = new Float32Array(memory.buffer, pointer, count)
      for (let i = 0; i < count; i++) view[i] = ((i * 2654435761) % 1024) / 512 - 1
      return pointer
    }
    const [, , , , cin] = input
    const g = transposed
      ? conv.transposedGeometry({ inputShape: input, filterShape: [k, k, k, cout, cin], stride, padding })
      : conv.convGeometry({ inputShape: input, filterShape: [k, k, k, cin, cout], stride, padding })
    const inner = g.batch * g.input[0] * g.input[1] * g.input[2]
    const outer = g.batch * g.output[0] * g.output[1] * g.output[2]
    const big = random(inner * g.inputChannels)
    const small = random(outer * g.outputChannels)
    const filter = random(k ** 3 * g.inputChannels * g.outputChannels)
    const bias = random(Math.max(g.inputChannels, g.outputChannels))
    const statistics = take(8192)
    const flop = 2 * outer * k ** 3 * g.inputChannels * g.outputChannels
    const options = { tile: values.tile }
    const passes = {
      fwd: () => [conv.planForward(g, { ...options, statistics: !transposed }), { x: big, filter, bias, y: small }],
      dx: () => [conv.planGradInput(g, { ...options, statistics: !!transposed }), { dy: small, filter, bias: 0, dx: big }],
      dw: () => [conv.planGradFilter(g, options), { x: big, dy: small, filter }],
    }
    let line = name.padEnd(34)
    for (const pass of values.passes.split(',')) {
      const [plan, pointers] = passes[pass]()
      const workspace = take(plan.workspaceBytes)
      const launch = plan.launch({ ...pointers, mean: statistics, variance: statistics + 4096, workspace })
      const ms = best(launch)
      line += `  ${pass} ${(flop / ms / 1e6).toFixed(0).padStart(4)} GFLOP/s ${ms.toFixed(2).padStart(7)} ms`
      if (values.phases) line += ` (${launch.phases.map((phase) => best({ ...launch, phases: [phase] }).toFixed(2)).join(' + ')})`
    }
    console.log(line)
  }
  Atomics.store(words, 0, -1)
  await Promise.all(workers.map((worker) => worker.terminate()))
}
