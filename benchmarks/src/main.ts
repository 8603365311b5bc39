import { stripVTControlCharacters } from 'node:util'
import { fileError } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import { type CommandDef, renderUsage } from 'citty'
import { version } from '../package.json'
import { asCalled } from './command-line/as-called'
import { isCheckout } from './command-line/checkout'
import type { COMMAND_NAMES } from './command-line/command-names'
import { EXIT, errorCode, exitCodeOf } from './command-line/exit-codes'
import { type ArgumentDefinition, readArguments } from './command-line/read-arguments'
import type { Verb } from './command-line/verb'
import { datasetReference } from './data/dataset-reference'
import { describedNames } from './data/description'
import { whyTaken } from './data/taken-names'

/** Loaded when they are called: together they bring plots, distributions and networks that no single command wants. */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  la: async () => (await import('./commands/la')).la,
  ablation: async () => (await import('./commands/ablation')).ablation,
  list: async () => (await import('./commands/list')).list,
  status: async () => (await import('./commands/status')).status,
  check: async () => (await import('./commands/check')).check,
  compare: async () => (await import('./commands/compare')).compare,
  power: async () => (await import('./commands/power')).power,
  report: async () => (await import('./commands/report')).report,
  data: async () => (await import('./commands/data')).data,
  train: async () => (await import('./commands/train')).train,
  predict: async () => (await import('./commands/predict')).predict,
  export: async () => (await import('./commands/export')).exportRun,
  page: async () => (await import('./commands/page')).page,
  metrics: async () => (await import('./commands/metrics')).metrics,
  audit: async () => (await import('./commands/audit')).audit,
  conformance: async () => (await import('./commands/conformance')).conformance,
  doctor: async () => (await import('./commands/doctor')).doctor,
  speed: async () => (await import('./commands/speed')).speed,
  'speed metrics': async () => (await import('./commands/speed-metrics')).speedMetrics,
  study: async () => (await import('./commands/study')).study,
  completion: async () => (await import('./commands/completion')).completion,
} satisfies Record<(typeof COMMAND_NAMES)[number] | 'speed metrics', () => Promise<Verb>>

/** Runs one command line and returns the exit code; stdout carries the result, stderr everything else. */
export async function main(rawArgs: readonly string[]): Promise<number> {
  const wantsHelp = rawArgs.some((arg) => arg === '--help' || arg === '-h')
  const words = VERBS[rawArgs.slice(0, 2).join(' ')] ? 2 : 1
  const name = rawArgs.length === 0 ? undefined : rawArgs.slice(0, words).join(' ')
  const rest = rawArgs.slice(words)
  try {
    if (name === '--version' && rest.length === 0) {
      console.log(version)
      return EXIT.done
    }
    if (name === undefined || name.startsWith('-')) {
      if (wantsHelp) console.log(await overview())
      else console.error(await overview())
      return wantsHelp ? EXIT.done : EXIT.usage
    }
    // A variable of the shell that is not set.
    if (name.trim() === '')
      throw dualsegError('DUALSEG_USAGE', 'pnpm bench: an empty word is given; leave it away, or name what was meant')
    if (name === 'complete' && rest[1] === '--') {
      const { complete } = await import('./commands/completion')
      return await complete(rest, { names: verbNames(), verbOf })
    }
    const chosen = datasetReference('bench', name, verbNames())
    const verb = await verbOf(chosen)
    // The command is run, and not a data set of its name.
    const taken = describedNames().includes(name) ? whyTaken(name) : undefined
    if (taken !== undefined) console.error(`${taken}; rename datasets/${name}, and the name in its dataset.json`)
    if (wantsHelp) {
      console.log(await help(verb))
      return EXIT.done
    }
    const definitions = (await verb.definition.args) as Record<string, ArgumentDefinition>
    return await verb.run(readArguments(`bench ${name}`, rest, definitions, verb.lists))
  } catch (error) {
    const told = fileError(error)
    // A known error speaks for itself; anything else is a bug and shows its stack.
    console.error(errorCode(told) ? asCalled((told as Error).message) : told)
    return exitCodeOf(told)
  }
}

/** Compares with numbers that lie in the repository, and is for whoever changes it. */
const OF_THE_REPOSITORY = 'conformance'

/** What can be called here: a data set that is described is a verb of its own, beside `la`. */
function verbNames(): string[] {
  const here = Object.keys(VERBS).filter((name) => isCheckout || name !== OF_THE_REPOSITORY)
  return [...here, ...describedNames().filter((name) => !(name in VERBS))]
}

async function verbOf(name: string): Promise<Verb> {
  return (await VERBS[name]?.()) ?? (await import('./commands/dataset-verb')).datasetVerb(name)
}

/** Every verb that can be called here, by its name. */
export async function allVerbs(): Promise<Record<string, Verb>> {
  return Object.fromEntries(await Promise.all(verbNames().map(async (name) => [name, await verbOf(name)] as const)))
}

async function help(verb: Verb): Promise<string> {
  const examples = verb.examples.map((line) => `  ${line}`).join('\n')
  const usage = await renderUsage(await withBarePositionals(verb.definition), { meta: { name: 'pnpm bench' } })
  const isPlain = process.stdout.isTTY !== true || process.env.NO_COLOR !== undefined
  return asCalled(`${isPlain ? stripVTControlCharacters(usage) : usage}\nEXAMPLES\n\n${examples}\n`)
}

/** `RUNS`, not `RUNS=<folder>`: what kind of value it is, its description says. */
async function withBarePositionals(definition: CommandDef): Promise<CommandDef> {
  const args = Object.entries((await definition.args) as Record<string, ArgumentDefinition>).map(([name, argument]) => {
    const { valueHint: _, ...bare } = argument
    return [name, argument.type === 'positional' ? bare : argument]
  })
  return { ...definition, args: Object.fromEntries(args) }
}

async function overview(): Promise<string> {
  const verbs = Object.entries(await allVerbs()).map(([name, verb]) => {
    const meta = verb.definition.meta as { description?: string }
    return `  ${name.padEnd(14)}${meta.description ?? ''}`
  })
  const lines = [
    'pnpm bench <command> [options]',
    '',
    ...verbs,
    `  ${'<folder>'.padEnd(14)}Train and test methods on the scans that its dataset.json describes`,
    '',
    'pnpm bench <command> --help shows its options and examples.',
  ]
  return asCalled(lines.join('\n'))
}
