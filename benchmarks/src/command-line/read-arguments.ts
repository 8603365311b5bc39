import { parseArgs } from 'node:util'
import { dualsegError } from '@dualseg/kernels'
import { refuseUnknownOption } from './choose'
import { givenPath, givenProgram } from './given-path'

/** An option or a positional of a command, as citty describes it. */
export interface ArgumentDefinition {
  type?: string
  default?: unknown
  required?: boolean
  valueHint?: string
  /** Another name of an option. */
  alias?: string
}

/** How values of a kind are read; all others as they are. */
const READERS: Readonly<Record<string, (value: string) => string>> = {
  file: givenPath,
  folder: givenPath,
  program: givenProgram,
  cases: (value) => value,
}

/** What a command line said: defaults filled in, options that were not given are undefined. */
export type ReadArguments = Record<string, unknown>

/**
 * Reads `--name value`, `--name=value`, `--flag`, `--no-flag` and positionals strictly: nothing that was typed is ignored in silence. Files and folders that
 * were given become absolute, from where the user stands; defaults stay as they are.
 *
 * @param lists options that may be given more than once, their values are joined by commas (of files, folders and cases an array, for their names may have commas);
 *   or the last positional, an array then
 * @throws DUALSEG_USAGE for an unknown or repeated option, a missing or superfluous value, a word that is no option
 */
export function readArguments(
  command: string,
  args: readonly string[],
  definitions: Readonly<Record<string, ArgumentDefinition>>,
  lists: readonly string[] = [],
): ReadArguments {
  const names = Object.keys(definitions)
  const options = names.filter((name) => definitions[name]!.type !== 'positional')
  const positionals = names.filter((name) => definitions[name]!.type === 'positional')
  const isFlag = (name: string) => definitions[name]?.type === 'boolean'
  const ofAlias = (word: string) => options.find((name) => definitions[name]!.alias === word) ?? word
  const aliases = options.flatMap((name) => definitions[name]!.alias ?? [])
  const read = (name: string, value: string) => READERS[definitions[name]?.valueHint ?? '']?.(value) ?? value
  const given: ReadArguments = {}
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      [...options, ...aliases].map((name) => [name, { type: isFlag(ofAlias(name)) ? 'boolean' : 'string' }] as const),
    ),
    strict: false,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') {
      // A variable of the shell that is not set, and no other name of the folder in which one stands.
      if (token.value === '') throw usage(`${command}: an empty word is given; leave it away, or name what was meant`)
      const name = positionals.find((positional) => given[positional] === undefined)
      const many = positionals.find((positional) => lists.includes(positional))
      if (name === undefined && many === undefined)
        throw usage(`${command}: "${token.value}" is no option; options begin with --${alreadyGiven(positionals)}`)
      // Paths may have commas in them.
      if (many !== undefined && (name ?? many) === many)
        given[many] = [...((given[many] as string[] | undefined) ?? []), read(many, token.value)]
      else given[name!] = read(name!, token.value)
      continue
    }
    const { rawName, value } = token
    const positive = ofAlias(token.name.replace(/^no-/, ''))
    const negates = token.name.startsWith('no-') && isFlag(positive)
    const name = negates ? positive : ofAlias(token.name)
    refuseUnknownOption(rawName, rawName === `--${token.name}` && options.includes(name), options)
    if (isFlag(name)) {
      if (value !== undefined) throw usage(`${rawName}=${value}: ${rawName} takes no value`)
      given[name] = !negates
    } else {
      if (value === undefined || value === '') throw usage(`${rawName} needs a value`)
      if (!token.inlineValue && value.startsWith('--')) throw usage(`${rawName} needs a value, but ${value} follows`)
      if (given[name] !== undefined && !lists.includes(name)) throw usage(`${rawName} is given twice; give it once`)
      if (lists.includes(name) && definitions[name]!.valueHint !== undefined && definitions[name]!.valueHint! in READERS)
        given[name] = [...((given[name] as string[] | undefined) ?? []), read(name, value)]
      else given[name] = given[name] === undefined ? read(name, value) : `${given[name]},${value}`
    }
  }
  const missing = positionals.find((name) => given[name] === undefined && isNeeded(definitions[name]!))
  if (missing !== undefined) throw usage(`${command}: <${missing}> is missing; ${command} --help shows how`)
  for (const name of names) given[name] ??= definitions[name]!.default
  const required = options.find((name) => given[name] === undefined && definitions[name]!.required === true)
  if (required !== undefined) throw usage(`${command}: --${required} is missing; ${command} --help shows how`)
  return given
}

function alreadyGiven(positionals: readonly string[]): string {
  const words = positionals.map((name) => `<${name}>`)
  return words.length === 0 ? '' : `, and ${words.join(' ')} ${words.length === 1 ? 'is' : 'are'} given already`
}

function isNeeded({ default: usual, required }: ArgumentDefinition): boolean {
  return usual === undefined && required !== false
}

function usage(message: string): Error {
  return dualsegError('DUALSEG_USAGE', message)
}
