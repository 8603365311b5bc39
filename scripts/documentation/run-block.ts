import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../pack-packages.mjs'
import type { Block } from './blocks.mjs'

/** Runs a program as a reader would, from the built packages, and returns what it prints. */
export async function runProgram({ file, text }: Block): Promise<string> {
  // Inside the package whose README it is, so that the package's own name and what it depends on are found.
  const owner = file.startsWith('packages/') ? file.split('/').slice(0, 2).join('/') : 'benchmarks'
  const folder = mkdtempSync(join(ROOT, owner, 'dist', 'documented-'))
  try {
    writeFileSync(join(folder, 'program.mjs'), text)
    return await run(process.execPath, ['program.mjs'], folder, {})
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs shell commands one after another in a folder where `pnpm` and `npx pnpm` are this repository's. */
export async function runShell(commands: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'documented-'))
  try {
    const tools = join(folder, '.tools')
    mkdirSync(tools)
    const cli = join(ROOT, 'benchmarks/dist/cli.js')
    // `pnpm bench` without its build; every other script of pnpm runs in the repository.
    const pnpm = `#!/bin/bash
while [ "$1" = "-s" ]; do shift; done
if [ "$1" = bench ]; then shift; exec "${process.execPath}" "${cli}" "$@"; fi
cd "${ROOT}" && exec npm exec --no -- "$@"
`
    const npx = `#!/bin/bash
while [[ "$1" == -* || "$1" == pnpm@* ]]; do shift; done
exec "${tools}/pnpm" "$@"
`
    for (const [name, script] of Object.entries({ pnpm, npx })) {
      writeFileSync(join(tools, name), script)
      chmodSync(join(tools, name), 0o755)
    }
    for (const name of ['benchmarks', 'datasets', 'packages']) symlinkSync(join(ROOT, name), join(folder, name))
    const script = ['set -euo pipefail', ...commands].join('\n')
    return await run('bash', ['-c', script], folder, { PATH: `${tools}:${process.env.PATH}` })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @throws with everything it printed, if it fails */
function run(command: string, args: readonly string[], cwd: string, environment: Record<string, string>): Promise<string> {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, NODE_OPTIONS: undefined, ...environment }
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd, env, encoding: 'utf8', maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${args.at(-1)}\nended with ${error.code}\n${stdout}${stderr}`))
      else resolve(stdout.trim())
    })
  })
}
