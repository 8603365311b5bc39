import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { LIBRARY_NAMES } from './c-library'

/** A TensorFlow that pip installed. */
export interface FoundTensorFlow {
  /** The Python package's folder, which holds the C library. */
  readonly folder: string
  readonly version: string
  /** The distribution's name: `tensorflow`, `tensorflow_cpu`, … */
  readonly distribution: string
  readonly python: string
}

/** What is missing, and the exact remedy. */
export interface Missing {
  readonly what: string
  readonly howToGet: string
}

/** The first version whose wheels hold all that is called here. */
const OLDEST = [2, 16] as const
const SECONDS = 20

const WITHOUT_PIP =
  'install Python 3 and run `pip install tensorflow-cpu` (`pip install "tensorflow[and-cuda]"` for an NVIDIA card), or set DUALSEG_PYTHON to the Python that has it'

// Imports nothing of TensorFlow: that takes seconds and prints.
const QUESTION = `
import importlib.metadata, importlib.util, json, sys
spec = importlib.util.find_spec('tensorflow')
folder = spec and spec.submodule_search_locations and spec.submodule_search_locations[0]
answer = {'python': sys.executable, 'folder': folder, 'version': '', 'distribution': ''}
for name in ('tensorflow', 'tensorflow_cpu', 'tensorflow_gpu', 'tensorflow_intel', 'tensorflow_rocm', 'tf_nightly', 'tf_nightly_cpu'):
    try:
        answer['version'], answer['distribution'] = importlib.metadata.version(name), name
        break
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps(answer))
`

/**
 * Asks a Python where its TensorFlow is.
 *
 * @param python a command; else DUALSEG_PYTHON, else python3 and python of the PATH (an active environment stands first there)
 */
export async function findTensorFlow(python = process.env.DUALSEG_PYTHON): Promise<FoundTensorFlow | Missing> {
  const library = LIBRARY_NAMES[process.platform]
  if (!library) {
    return {
      what: `TensorFlow's wheels for ${process.platform} have no C library`,
      howToGet: 'use Linux or macOS, or the compiled addon of @tensorflow/tfjs-node',
    }
  }
  const commands = python ? [python] : ['python3', 'python']
  let without: string | undefined
  for (const command of commands) {
    const answer = await ask(command)
    if (!answer) continue
    if (!answer.folder) {
      without ??= answer.python
      continue
    }
    const found: FoundTensorFlow = { ...answer, folder: answer.folder }
    const [major = 0, minor = 0] = found.version.split('.').map(Number)
    const tooOld = found.version !== '' && (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    if (tooOld || !existsSync(join(found.folder, library))) {
      return {
        what: `TensorFlow ${found.version} in ${found.folder} ${tooOld ? `is older than ${OLDEST.join('.')}` : `has no ${library}`}`,
        howToGet: `\`${found.python} -m pip install --upgrade ${found.distribution.replaceAll('_', '-') || 'tensorflow-cpu'}\``,
      }
    }
    return found
  }
  if (without !== undefined) {
    return {
      what: `${without} has no tensorflow`,
      howToGet: `\`${without} -m pip install tensorflow-cpu\` (\`"tensorflow[and-cuda]"\` for an NVIDIA card), or set DUALSEG_PYTHON to the Python that has it`,
    }
  }
  return {
    what: python ? `${python} is no Python that runs` : 'no TensorFlow: neither python3 nor python runs here',
    howToGet: WITHOUT_PIP,
  }
}

async function ask(command: string): Promise<(Omit<FoundTensorFlow, 'folder'> & { folder: string | null }) | undefined> {
  try {
    const { stdout } = await promisify(execFile)(command, ['-c', QUESTION], { timeout: SECONDS * 1000 })
    return JSON.parse(stdout.trim().split('\n').at(-1)!)
  } catch {
    return undefined
  }
}
