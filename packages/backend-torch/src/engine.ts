import { availableParallelism } from 'node:os'
import { dualsegError, type Engine, type EngineOptions, type EngineReport } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { type CudaDevice, cudaDevices } from './cuda-devices'
import { setCudaSwitches } from './cuda-switches'
import { type FoundTorch, findTorch, isMissing, type MissingTorch } from './find-torch'
import { askForHugePages, keepFreedMemory } from './keep-freed-memory'
import { KOFFI_REMEDY, type Koffi, loadKoffi } from './koffi'
import { type Device, Libtorch } from './libtorch'
import { registerCardKernels, registerKernels } from './register-kernels'
import { type BackendOptions, TorchBackend } from './torch-backend'

/** Name of the TensorFlow.js backend. */
export const BACKEND_NAME = 'dualseg-torch'

/** How the torch engine is opened. */
export interface TorchEngineOptions extends EngineOptions {
  /** `cuda` is the first card, `cuda:1` the second. @default auto: a card if there is one */
  readonly device?: 'auto' | 'cpu' | 'cuda' | `cuda:${number}`
  /** Of convolutions and the maps between them; weights, statistics, losses and optimisers are float32. @default float32 */
  readonly precision?: 'float32' | 'bfloat16'
  /** True: TensorFloat-32 on cards that have it: faster, with 10 bits of mantissa. @default false */
  readonly tf32?: boolean
  /**
   * `deterministic`: algorithms of cuDNN that give the same bits each time. `fastest`: those that turn out fastest when they are timed on first use; bits
   * differ from run to run. @default deterministic
   */
  readonly cudnn?: 'deterministic' | 'fastest'
  /** Folder of PyTorch's shared libraries. @default that of the Python named by DUALSEG_PYTHON, of the active environment, or of python3 */
  readonly library?: string
}

interface Opened extends BackendOptions {
  readonly tf32: boolean
  readonly cudnn: 'deterministic' | 'fastest'
}

/** A process can load the libraries once. */
let loaded: Libtorch | undefined

type Where = Pick<TorchEngineOptions, 'device' | 'library'>

async function probe(options: Where = {}): Promise<EngineReport> {
  return (await look(options)).report
}

/** Looks for libraries and device without loading anything of PyTorch. */
async function look(options: Where): Promise<{ report: EngineReport; found?: FoundTorch }> {
  const found = loaded && options.library === undefined ? loaded.found : await findTorch(options.library)
  if (isMissing(found)) return { report: absent(found) }
  if (isTooOld(found.version)) {
    const what = `PyTorch 2.10 or newer (${found.folder} has ${found.version})`
    return { report: absent({ what, howToGet: 'run `pip install --upgrade torch`' }) }
  }
  const koffi = await loadKoffi().catch(() => undefined)
  if (koffi === undefined)
    return { report: absent({ what: 'koffi, which calls PyTorch, does not load here', howToGet: KOFFI_REMEDY }) }
  try {
    const device = chooseDevice(options.device ?? 'auto', koffi, found)
    return { found, report: describe(found, device, availableParallelism(), deviceNotes(koffi, found, device)) }
  } catch (error) {
    if ((error as { code?: string }).code !== 'DUALSEG_ENGINE_MISSING') throw error
    const what = (error as Error).message.replace(/^torch engine: /, '')
    return {
      report: absent({
        what,
        howToGet: "ask for device 'cpu', or install a PyTorch that fits the driver: https://pytorch.org/get-started",
      }),
    }
  }
}

function absent(missing: MissingTorch): EngineReport {
  return { available: false, name: 'torch', version: 'none', device: 'none', notes: [], missing }
}

function describe(found: FoundTorch, device: ChosenDevice, threads: number, notes: readonly string[]): EngineReport {
  const common = { available: true, name: 'torch', version: `PyTorch ${found.version}`, location: found.folder, notes }
  if (device.kind === 'cuda') return { ...common, device: device.name, gpu: true }
  return { ...common, device: `cpu, ${threads} ${threads === 1 ? 'thread' : 'threads'}`, gpu: false, threads }
}

interface ChosenDevice extends Device {
  readonly name: string
}

function chooseDevice(asked: string, koffi: Koffi, found: FoundTorch): ChosenDevice {
  const match = /^(auto|cpu|cuda(?::(\d+))?)$/.exec(asked)
  if (!match) throw dualsegError('DUALSEG_VALUE', `torch engine: device is '${asked}'; choose auto, cpu, cuda or cuda:1`)
  if (asked === 'cpu') return CPU
  const cards = found.hasCuda ? cudaDevices(koffi) : []
  const index = Number(match[2] ?? 0)
  const card = cards[index]
  if (card) return { kind: 'cuda', index, name: card.name }
  if (asked === 'auto') return CPU
  const why = found.hasCuda
    ? `the driver shows ${cards.length === 0 ? 'no card' : `${cards.length}`}`
    : `PyTorch ${found.version} is built without CUDA`
  throw dualsegError('DUALSEG_ENGINE_MISSING', `torch engine: there is no device ${asked}: ${why}`)
}

const CPU: ChosenDevice = { kind: 'cpu', index: 0, name: 'cpu' }

function deviceNotes(koffi: Koffi, found: FoundTorch, device: Device): string[] {
  if (device.kind === 'cuda') return []
  const cards: CudaDevice[] = cudaDevices(koffi)
  return cards.length > 0 && !found.hasCuda
    ? [`${cards[0]!.name} is not used: PyTorch ${found.version} is built without CUDA`]
    : []
}

/** `unknown` is left to the libraries themselves. */
function isTooOld(version: string): boolean {
  const [major, minor] = version.split('.').map(Number) as [number, number]
  return Number.isInteger(major) && (major < 2 || (major === 2 && minor < 10))
}

async function open(options: TorchEngineOptions = {}): Promise<EngineReport> {
  const { threads = availableParallelism(), precision = 'float32', tf32 = false, cudnn = 'deterministic' } = options
  if (!(Number.isInteger(threads) && threads >= 1)) {
    throw dualsegError('DUALSEG_VALUE', `torch engine: threads is ${threads}, expected a whole number from 1`)
  }
  if (precision !== 'float32' && precision !== 'bfloat16') {
    throw dualsegError('DUALSEG_VALUE', `torch engine: precision is '${String(precision)}'; choose float32 or bfloat16`)
  }
  if (cudnn !== 'deterministic' && cudnn !== 'fastest') {
    throw dualsegError('DUALSEG_VALUE', `torch engine: cudnn is '${String(cudnn)}'; choose deterministic or fastest`)
  }
  const { found, report } = await look(options)
  if (found === undefined) {
    const { what, howToGet } = report.missing!
    throw dualsegError('DUALSEG_ENGINE_MISSING', `torch engine: ${what}; ${howToGet}`)
  }
  const koffi = await loadKoffi()
  const library = load(koffi, found, threads)
  const device = chooseDevice(options.device ?? 'auto', koffi, library.found)
  const notes = [...report.notes]
  if (device.kind === 'cuda') {
    library.libraries.loadCuda()
    notes.push(...setCudaSwitches(library, { tf32, fastest: cudnn === 'fastest' }))
  } else keepFreedMemory(koffi)
  library.setThreads(threads)
  const used = library.numThreads()
  if (used !== threads) notes.push(`${used} threads: this build of PyTorch takes their number from OMP_NUM_THREADS alone`)
  await activate(library, { device: { kind: device.kind, index: device.index }, threads: used, precision, tf32, cudnn })
  return {
    ...describe(library.found, device, used, notes),
    precision: device.kind === 'cuda' && tf32 ? `${precision} (TF32)` : precision,
    numerics: device.kind === 'cuda' ? cudnn : 'strict',
  }
}

function load(koffi: Koffi, found: FoundTorch, threads: number): Libtorch {
  if (loaded === undefined) {
    askForHugePages()
    // Read when the libraries start.
    process.env.OMP_NUM_THREADS ??= String(threads)
    loaded = new Libtorch(koffi, found)
  }
  if (loaded.found.folder !== found.folder) {
    throw dualsegError(
      'DUALSEG_USAGE',
      `torch engine: this process has loaded ${loaded.found.folder}; ${found.folder} needs a process of its own`,
    )
  }
  return loaded
}

/** A backend that is already open with the same options stays as it is; with others its tensors are given up. */
async function activate(library: Libtorch, options: Opened): Promise<void> {
  const current = tf.engine().findBackend(BACKEND_NAME) as TorchBackend | null
  const isSame = current instanceof TorchBackend && JSON.stringify(current.options) === JSON.stringify(options)
  if (!isSame) {
    if (current) tf.removeBackend(BACKEND_NAME)
    tf.registerBackend(BACKEND_NAME, () => new TorchBackend(library, options))
    registerKernels(BACKEND_NAME)
    registerCardKernels(BACKEND_NAME, options.device.kind === 'cuda')
  }
  await tf.setBackend(BACKEND_NAME)
}

/** The engine that computes with the PyTorch that pip installed, on CPU and CUDA. */
export const torchEngine: Engine & {
  probe(options?: Where): Promise<EngineReport>
  open(options?: TorchEngineOptions): Promise<EngineReport>
} = { name: 'torch', probe, open }
