import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Folders of the packages that are published, e.g. `/…/packages/losses`. */
export function publishedFolders() {
  return readdirSync(join(ROOT, 'packages'))
    .map((name) => join(ROOT, 'packages', name))
    .filter((folder) => !manifestOf(folder).private)
}

/** The command line, which is published too: a program, and no package to import. */
export const COMMAND_FOLDER = join(ROOT, 'benchmarks')

/** A folder's package.json. */
export function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

/**
 * Packs one built package as the registry would receive it.
 *
 * With pnpm, never npm: npm leaves `workspace:` in the dependencies and the source condition in `exports`.
 *
 * @returns path of the tarball
 */
export function packPackage(folder, into) {
  mkdirSync(into, { recursive: true })
  const printed = execFileSync('pnpm', ['pack', '--json', '--pack-destination', into], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  })
  // A script that runs before is printed before.
  return JSON.parse(printed.slice(printed.search(/^\{/m))).filename
}

/**
 * Packs every published package.
 *
 * @returns name of each package, and the `file:` of its tarball
 */
export function packedSources(into) {
  return Object.fromEntries(publishedFolders().map((folder) => [manifestOf(folder).name, `file:${packPackage(folder, into)}`]))
}
