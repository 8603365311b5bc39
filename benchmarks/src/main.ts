import { type CommandDef, parseArgs, renderUsage } from 'citty'
import { choose, refuseUnknownOptions } from './choose'
import { audit } from './commands/audit'
import { conformance } from './commands/conformance'
import { la } from './commands/la'
import { EXIT, errorCode, exitCodeOf } from './exit-codes'

/** A verb of the command line: its options, examples for `--help`, and what it does. */
export interface Verb {
  readonly definition: CommandDef
  readonly examples: readonly string[]
  run(args: Record<string, unknown> & { _: string[] }): Promise<number>
}

const VERBS: Readonly<Record<string, Verb>> = { la, audit, conformance }

/** Runs one command line and returns the exit code; stdout carries the result, stderr everything else. */
export async function main(rawArgs: readonly string[]): Promise<number> {
  const wantsHelp = rawArgs.some((arg) => arg === '--help' || arg === '-h')
  const [name, ...rest] = rawArgs
  try {
    if (name === undefined || name.startsWith('-')) {
      console.log(overview())
      return wantsHelp ? EXIT.done : EXIT.usage
    }
    const verb = VERBS[choose('bench', name, Object.keys(VERBS))]!
    if (wantsHelp) {
      console.log(await help(verb))
      return EXIT.done
    }
    const definitions = (await verb.definition.args) as Record<string, { type?: string; required?: boolean }>
    refuseUnknownOptions(
      optionNames(rest),
      Object.keys(definitions).filter((key) => definitions[key]!.type !== 'positional'),
    )
    return await verb.run(parseArgs(rest, definitions as never))
  } catch (error) {
    // A known error speaks for itself; anything else is a bug and shows its stack.
    console.error(errorCode(error) ? (error as Error).message : error)
    return error instanceof Error && error.name === 'CLIError' ? EXIT.usage : exitCodeOf(error)
  }
}

function optionNames(args: readonly string[]): string[] {
  return args.filter((arg) => arg.startsWith('--') && arg !== '--').map((arg) => arg.slice(2).split('=')[0]!.replace(/^no-/, ''))
}

async function help(verb: Verb): Promise<string> {
  const examples = verb.examples.map((line) => `  ${line}`).join('\n')
  return `${await renderUsage(verb.definition, { meta: { name: 'pnpm bench' } })}\nEXAMPLES\n\n${examples}\n`
}

function overview(): string {
  const verbs = Object.entries(VERBS).map(([name, verb]) => {
    const meta = verb.definition.meta as { description?: string }
    return `  ${name.padEnd(14)}${meta.description ?? ''}`
  })
  return ['pnpm bench <command> [options]', '', ...verbs, '', 'pnpm bench <command> --help shows its options and examples.'].join(
    '\n',
  )
}
