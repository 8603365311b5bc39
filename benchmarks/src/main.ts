import { stripVTControlCharacters } from 'node:util'
import { fileError } from '@dualseg/data/node'
import { type CommandDef, renderUsage } from 'citty'
import { version } from '../package.json'
import { asCalled } from './command-line/as-called'
import { isCheckout } from './command-line/checkout'
import type { COMMAND_NAMES } from './command-line/command-names'
import { EXIT, errorCode, exitCodeOf } from './command-line/exit-codes'
import { type ArgumentDefinition, readArguments } from './command-line/read-arguments'
import type { Verb } from './command-line/verb'
import { ablation } from './commands/ablation'
import { audit } from './commands/audit'
import { check } from './commands/check'
import { compare } from './commands/compare'
import { conformance } from './commands/conformance'
import { data } from './commands/data'
import { datasetVerb } from './commands/dataset-verb'
import { doctor } from './commands/doctor'
import { exportRun } from './commands/export'
import { la } from './commands/la'
import { list } from './commands/list'
import { metrics } from './commands/metrics'
import { power } from './commands/power'
import { predict } from './commands/predict'
import { report } from './commands/report'
import { speed } from './commands/speed'
import { speedMetrics } from './commands/speed-metrics'
import { status } from './commands/status'
import { study } from './commands/study'
import { train } from './commands/train'
import { datasetReference } from './data/dataset-reference'
import { describedNames } from './data/description'
import { whyTaken } from './data/taken-names'

const VERBS: Readonly<Record<string, Verb>> = {
  la,
  ablation,
  list,
  status,
  check,
  compare,
  power,
  report,
  data,
  train,
  predict,
  export: exportRun,
  metrics,
  audit,
  conformance,
  doctor,
  speed,
  'speed metrics': speedMetrics,
  study,
} satisfies Record<(typeof COMMAND_NAMES)[number] | 'speed metrics', Verb>

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
      if (wantsHelp) console.log(overview())
      else console.error(overview())
      return wantsHelp ? EXIT.done : EXIT.usage
    }
    const verbs = allVerbs()
    const chosen = datasetReference('bench', name, Object.keys(verbs))
    const verb = verbs[chosen] ?? datasetVerb(chosen)
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

/** A data set that is described is a verb of its own, beside `la`. */
export function allVerbs(): Record<string, Verb> {
  const own = describedNames().filter((name) => !(name in VERBS))
  const here = Object.entries(VERBS).filter(([name]) => isCheckout || name !== OF_THE_REPOSITORY)
  return Object.fromEntries([...here, ...own.map((name) => [name, datasetVerb(name)] as const)])
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

function overview(): string {
  const verbs = Object.entries(allVerbs()).map(([name, verb]) => {
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
