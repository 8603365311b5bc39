import { readdir, readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import type { EngineIdentity } from '@dualseg/trainer'
import { NUMERIC_ARGUMENTS, numericOptions } from '../command-line/engine-arguments'
import { EXIT } from '../command-line/exit-codes'
import type { Verb } from '../command-line/verb'
import type { GroupResult } from '../conformance/report'
import { conformanceRunners } from '../conformance/runners'
import { chooseEngine, openEngine } from '../engines/open-engine'

/** `bench conformance <folder>`: the numbers of the references against ours, group by group. */
export const conformance: Verb = {
  definition: {
    meta: { name: 'conformance', description: "Check this build against numbers computed by the references' own code" },
    args: {
      folder: {
        type: 'positional',
        description: 'Folder with losses.json, networks.json, step.json …',
        required: true,
        valueHint: 'folder',
      },
      engine: { type: 'string', description: 'auto, torch, tensorflow, wasm or cpu', default: 'auto' },
      ...NUMERIC_ARGUMENTS,
      json: { type: 'boolean', description: 'Print one JSON object', default: false },
    },
  },
  examples: [
    'pnpm bench conformance benchmarks/fixtures/conformance',
    'pnpm -s bench conformance benchmarks/fixtures/conformance --json > conformance.json',
  ],
  async run(args) {
    const folder = resolve(String(args.folder))
    const engineChoice = chooseEngine(String(args.engine))
    const numerics = numericOptions(args)
    const files = await kitFiles(folder)
    if (!files.some((file) => conformanceRunners[basename(file, '.json')])) throw noKit(folder, files)
    const engine = await openEngine(engineChoice, numerics)
    console.error(engine.line)

    const results: GroupResult[] = []
    for (const file of files) {
      const runners = conformanceRunners[basename(file, '.json')]
      if (!runners) {
        results.push({ group: basename(file, '.json'), passed: 0, failed: [], skipped: 'no check of this name is built' })
        continue
      }
      console.error(`${basename(file)} …`)
      const kit: unknown = await readKit(file)
      for (const run of runners) results.push(...(await run(kit)))
    }
    console.log(args.json ? JSON.stringify(summary(results, engine.identity), null, 2) : table(results))
    return results.some((result) => result.failed.length > 0) ? EXIT.runFailed : EXIT.done
  },
}

async function kitFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => {
    throw dualsegError('DUALSEG_DATA', `bench conformance: ${folder} cannot be read; give a folder with the kit's JSON files`)
  })
  const files = names.filter((name) => name.endsWith('.json') && !name.startsWith('.')).sort()
  if (files.length === 0) {
    throw dualsegError(
      'DUALSEG_DATA',
      `bench conformance: ${folder} holds no .json file; give a folder with the kit's JSON files`,
    )
  }
  return files.map((name) => join(folder, name))
}

/** Nothing failed, for nothing was checked. */
function noKit(folder: string, files: readonly string[]): Error {
  const names = files.map((file) => basename(file))
  const found = `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`
  return dualsegError(
    'DUALSEG_DATA',
    `bench conformance: ${folder} holds no file of a kit (${found}); expected some of ${Object.keys(conformanceRunners).join(', ')}, each .json`,
  )
}

async function readKit(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw dualsegError('DUALSEG_DATA', `bench conformance: ${file} is not readable JSON`, { cause })
  }
}

function totals(results: readonly GroupResult[]) {
  return {
    passed: results.reduce((sum, result) => sum + result.passed, 0),
    failed: results.reduce((sum, result) => sum + new Set(result.failed.map((failure) => failure.case)).size, 0),
    skipped: results.filter((result) => result.skipped !== undefined).length,
  }
}

function summary(results: readonly GroupResult[], engine: EngineIdentity) {
  return { engine: engine.name, numerics: engine.numerics, ...totals(results), groups: results }
}

/** `, 12 % of the tolerance of <what>`: of the comparison that came nearest to its own. */
function toleranceUse({ nearest }: GroupResult): string {
  return nearest ? `, ${Math.round(100 * nearest.share)} % of the tolerance of ${nearest.case} ${nearest.what}` : ''
}

function table(results: readonly GroupResult[]): string {
  const width = Math.max(...results.map((result) => result.group.length)) + 2
  const lines = results.flatMap((result) => [
    `${result.group.padEnd(width)}${result.skipped ? `skipped: ${result.skipped}` : `${result.passed} passed, ${result.failed.length} failed${toleranceUse(result)}`}`,
    ...result.failed
      .slice(0, 8)
      .map((f) => `  ${f.case} ${f.what}: got ${f.got}, expected ${f.expected}, tolerance ${f.tolerance}`),
    ...(result.undecided ?? [])
      .slice(0, 8)
      .map(
        (u) =>
          `  ${u.case} ${u.what}: got ${u.got}, expected ${u.expected}; rounding at the start and in the first step moves it by ${u.spread}`,
      ),
  ])
  const sum = totals(results)
  return [...lines, '', `${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`].join('\n')
}
