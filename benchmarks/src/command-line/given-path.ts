import { existsSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/**
 * The folder in which the user stands. pnpm and npm run a script in its package's folder and leave where they were called in `INIT_CWD`.
 *
 * Only of the script `bench` itself: what another script or a process of one calls has paths of its own.
 */
export function standing(): string {
  const { INIT_CWD, npm_lifecycle_event, npm_package_json } = process.env
  const isOwnScript = npm_lifecycle_event === 'bench' && isHere(dirname(npm_package_json ?? ''))
  return isOwnScript && INIT_CWD ? INIT_CWD : process.cwd()
}

function isHere(folder: string): boolean {
  // A checkout that was entered by a link.
  return existsSync(folder) && realpathSync(folder) === realpathSync(process.cwd())
}

/** A path as the user meant it, absolute. `~/` is the home folder also where a shell leaves it as it is, as in `--data=~/la`. */
export function givenPath(path: string): string {
  return resolve(standing(), path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path)
}

/** A program as the user meant it: a path, or a name that the system looks for. */
export function givenProgram(program: string): string {
  return /[\\/]/.test(program) ? givenPath(program) : program
}
