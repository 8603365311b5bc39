import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** An installed PyTorch, not loaded. */
export interface FoundTorch {
  /** The folder of its shared libraries. */
  readonly folder: string
  /** As pip knows it, e.g. `2.11.0+cu130`; `unknown` where the folder lies alone. */
  readonly version: string
  /** Whether this build can use CUDA devices. */
  readonly hasCuda: boolean
}

export interface MissingTorch {
  readonly what: string
  readonly howToGet: string
}

const HOW_TO_GET =
  'install PyTorch with `pip install torch` (2.10 or newer) and name that Python: DUALSEG_PYTHON=/path/to/python, or activate its environment'

/** Finds the package without importing it: that would take seconds and run code. */
const FIND_SPEC =
  "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s and s.submodule_search_locations else '')"

/**
 * Looks for PyTorch: in the folder given, else where one Python after another has it: `DUALSEG_PYTHON`, the active virtual or conda environment,
 * `python3`. A Python that is named is the only one asked.
 *
 * @param library folder of the shared libraries, or of the Python package around it
 */
export async function findTorch(library?: string): Promise<FoundTorch | MissingTorch> {
  if (library !== undefined) {
    const found = torchIn(library) ?? torchIn(join(library, 'lib'))
    return (
      found ?? {
        what: `PyTorch's ${fileName('torch_cpu')} is not in ${library}`,
        howToGet: 'name the folder torch/lib of an installed PyTorch',
      }
    )
  }
  const named = process.env.DUALSEG_PYTHON
  const pythons = named ? [named] : likelyPythons()
  let asked = false
  for (const python of pythons) {
    const folder = await packageOf(python)
    if (folder === undefined) continue
    asked = true
    const found = folder === '' ? undefined : torchIn(join(folder, 'lib'))
    if (found) return found
  }
  if (named) {
    const what = asked ? `${named} (DUALSEG_PYTHON) has no PyTorch` : `${named} (DUALSEG_PYTHON) does not run`
    return { what, howToGet: asked ? `install it with \`${named} -m pip install torch\`` : HOW_TO_GET }
  }
  return {
    what: asked ? `no PyTorch: ${pythons.join(', ')} has none` : 'no PyTorch, and no Python that could have it',
    howToGet: HOW_TO_GET,
  }
}

function likelyPythons(): string[] {
  const isWindows = process.platform === 'win32'
  const program = isWindows ? 'python.exe' : 'python'
  const { VIRTUAL_ENV, CONDA_PREFIX } = process.env
  return [
    ...(VIRTUAL_ENV ? [join(VIRTUAL_ENV, isWindows ? 'Scripts' : 'bin', program)] : []),
    ...(CONDA_PREFIX ? [isWindows ? join(CONDA_PREFIX, program) : join(CONDA_PREFIX, 'bin', program)] : []),
    isWindows ? 'python' : 'python3',
  ]
}

/** Folder of the torch package of a Python: empty if it has none, undefined if there is no such Python. */
async function packageOf(python: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(python, ['-c', FIND_SPEC], { timeout: 30_000 })
    return stdout.trim()
  } catch {
    return undefined
  }
}

function torchIn(folder: string): FoundTorch | undefined {
  if (!existsSync(join(folder, fileName('torch_cpu')))) return undefined
  return { folder, version: versionIn(folder), hasCuda: existsSync(join(folder, fileName('torch_cuda'))) }
}

function versionIn(folder: string): string {
  try {
    const text = readFileSync(join(folder, '..', 'version.py'), 'utf8')
    return /__version__ = ['"]([^'"]+)['"]/.exec(text)?.[1] ?? 'unknown'
  } catch {
    return 'unknown'
  }
}

/** A shared library's file name on this platform. */
export function fileName(library: string): string {
  if (process.platform === 'win32') return `${library}.dll`
  return process.platform === 'darwin' ? `lib${library}.dylib` : `lib${library}.so`
}

export function isMissing(found: FoundTorch | MissingTorch): found is MissingTorch {
  return 'what' in found
}
