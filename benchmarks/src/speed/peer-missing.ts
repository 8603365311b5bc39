import { dualsegError } from '@dualseg/kernels'

/** A library to measure beside, and the Python that was asked for it. */
export interface Peer {
  /** `bench speed` or `bench speed metrics`. */
  readonly command: string
  readonly name: string
  /** All that pip must install for it. */
  readonly packages: readonly string[]
  /** As `--python` has it. */
  readonly python: string
}

/** Modules whose package has another name. */
const PACKAGE_OF: Readonly<Record<string, string>> = { surface_distance: 'surface-distance' }

/** DUALSEG_ENGINE_MISSING where `--python` names no program. */
export function noPython({ command, name, packages, python }: Peer): Error {
  return missing(
    `${command}: --peer ${name}: no program ${python} was found; name a Python that has ${packages.join(' and ')} with --python <path>, or make one: ` +
      `\`python3 -m venv peer && peer/bin/pip install ${packages.join(' ')}\`, then --python peer/bin/python`,
  )
}

/**
 * DUALSEG_ENGINE_MISSING where that Python cannot import what it needs: which module, in which Python, and the command that puts it there.
 *
 * @param said by Python: `No module named 'torch'`, or why one that is there does not load
 * @param executable the Python that ran, where it told
 */
export function noModule({ command, name, packages, python }: Peer, said: string, executable = python): Error {
  const module = /No module named '?([\w]+)/.exec(said)?.[1]
  const wanted = module === undefined ? packages : [PACKAGE_OF[module] ?? module]
  const found = module === undefined ? `cannot load what it needs (${said})` : `has no ${module}`
  const install = `${quoted(executable)} -m pip install ${module === undefined ? '--force-reinstall ' : ''}${wanted.join(' ')}`
  return missing(
    `${command}: --peer ${name}: ${executable} ${found}; \`${install}\`, or name a Python that has ${packages.join(' and ')} with --python <path>`,
  )
}

function quoted(path: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(path) ? path : `"${path}"`
}

function missing(message: string): Error {
  return dualsegError('DUALSEG_ENGINE_MISSING', message)
}
