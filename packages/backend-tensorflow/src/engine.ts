import { availableParallelism } from 'node:os'
import { dualsegError, type Engine, type EngineOptions, type EngineReport } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { loadCLibrary } from './c-library'
import { type FoundKernels, findKernels } from './find-kernels'
import { type FoundTensorFlow, findTensorFlow, type Missing } from './find-tensorflow'
import { registerMissingGradients } from './gradients'
import { releaseOutputsOf } from './kept-outputs'
import { BACKEND_NAME, loadAddon, loadKernels } from './load-backend'
import { openBinding } from './open-binding'
import { registerKernels } from './register-kernels'
import type { NodeBackend } from './tfjs-node'

/** How the tensorflow engine is opened. */
export interface TensorflowEngineOptions extends EngineOptions {
  /** `cpu` leaves a graphics card alone. @default auto */
  readonly device?: 'auto' | 'cpu'
  /** The Python whose TensorFlow is used. @default DUALSEG_PYTHON, else python3 and python of the PATH */
  readonly python?: string
}

/** Where the kernels and the library come from. */
type Source = { readonly kernels: FoundKernels; readonly library?: FoundTensorFlow }

async function findSource(python?: string): Promise<Source | Missing> {
  const kernels = findKernels()
  if ('what' in kernels) return kernels
  if (kernels.hasAddon) return { kernels }
  const library = await findTensorFlow(python)
  return 'what' in library ? library : { kernels, library }
}

function describe({ kernels, library }: Source): Pick<EngineReport, 'available' | 'name' | 'version' | 'location' | 'precision'> {
  const version = library ? `TensorFlow ${library.version}` : `TensorFlow of the addon of ${kernels.name} ${kernels.version}`
  return { available: true, name: 'tensorflow', version, location: library?.folder ?? kernels.folder, precision: 'float32' }
}

async function probe(python?: string): Promise<EngineReport> {
  const source = await findSource(python)
  if ('what' in source) {
    return { available: false, name: 'tensorflow', version: 'none', device: 'none', notes: [], missing: source }
  }
  const threads = availableParallelism()
  return { ...describe(source), device: `cpu, ${threadsText(threads)}; a card is found on opening`, threads, notes: [] }
}

/** TensorFlow's threads are made once a process; what it was opened with stays. */
let opened: { readonly threads: number; readonly device: 'auto' | 'cpu'; readonly report: EngineReport } | undefined

async function open(options: TensorflowEngineOptions = {}): Promise<EngineReport> {
  const { threads = availableParallelism(), device = 'auto', python } = options
  if (!(Number.isInteger(threads) && threads >= 1)) {
    throw dualsegError('DUALSEG_VALUE', `tensorflow engine: threads is ${threads}, expected a whole number from 1`)
  }
  if (device !== 'auto' && device !== 'cpu') {
    throw dualsegError('DUALSEG_VALUE', `tensorflow engine: device is '${String(device)}'; choose auto or cpu`)
  }
  if (opened && (opened.threads !== threads || opened.device !== device)) {
    throw dualsegError(
      'DUALSEG_USAGE',
      `tensorflow engine: open with ${threadsText(opened.threads)} and device ${opened.device}, asked for ${threadsText(threads)} and ${device}; TensorFlow takes both once a process`,
    )
  }
  const report = opened?.report ?? (await start(python, threads, device))
  opened = { threads, device, report }
  await tf.setBackend(BACKEND_NAME)
  return report
}

async function start(python: string | undefined, threads: number, device: 'auto' | 'cpu'): Promise<EngineReport> {
  const source = await findSource(python)
  if ('what' in source) {
    throw dualsegError('DUALSEG_ENGINE_MISSING', `tensorflow engine: ${source.what}; ${source.howToGet}`)
  }
  // Read when the library is loaded. Otherwise it tells on standard error what it was compiled for.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  if (source.library) {
    loadKernels(source.kernels, openBinding(loadCLibrary(source.library.folder), { threads, device }))
  } else {
    process.env.TF_NUM_INTRAOP_THREADS = String(threads)
    process.env.TF_NUM_INTEROP_THREADS = String(threads)
    process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true'
    if (device === 'cpu') process.env.CUDA_VISIBLE_DEVICES = '-1'
    loadAddon(source.kernels)
  }
  registerMissingGradients()
  registerKernels()
  await tf.setBackend(BACKEND_NAME)
  const backend = tf.backend() as NodeBackend
  releaseOutputsOf(backend)
  const gpu = backend.isUsingGpuDevice
  return {
    ...describe(source),
    version: `TensorFlow ${backend.binding.TF_Version}`,
    device: gpu ? 'cuda' : `cpu, ${threadsText(threads)}`,
    gpu,
    threads,
    notes: source.library ? [] : [`the addon of ${source.kernels.name} ${source.kernels.version}`],
  }
}

function threadsText(threads: number): string {
  return `${threads} ${threads === 1 ? 'thread' : 'threads'}`
}

/** The engine that computes with the user's TensorFlow: the compiled addon of tfjs-node(-gpu), or the library that pip installed. */
export const tensorflowEngine: Engine & {
  probe(python?: string): Promise<EngineReport>
  open(options?: TensorflowEngineOptions): Promise<EngineReport>
} = { name: 'tensorflow', probe, open }
