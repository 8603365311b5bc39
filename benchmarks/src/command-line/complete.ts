import type { ArgumentDefinition } from './read-arguments'
import type { Verb } from './verb'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** One word that may come next. */
export interface Candidate {
  readonly value: string
  readonly about: string
}

/** What an option or positional takes, by its name; all others take what nobody can list, such as files. */
export type KnownValues = Readonly<Record<string, readonly string[]>>

/** The commands that can be called, loaded when they are asked for. */
export interface Verbs {
  readonly names: readonly string[]
  verbOf(name: string): Promise<Verb>
}

type Described = ArgumentDefinition & { readonly description?: string }

/**
 * What may come in the place of the last word; nothing where the shell's own files are meant.
 *
 * @param typed all words behind the program, the last perhaps empty
 */
export async function candidatesOf(
  typed: readonly string[],
  shell: Shell,
  verbs: Verbs,
  values: KnownValues,
): Promise<Candidate[]> {
  const words = shell === 'bash' ? joined(typed) : typed
  const current = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  const starting = (all: readonly Candidate[]) => all.filter(({ value }) => value.startsWith(current))
  if (before.length === 0) return starting([...(await commandsOf(verbs)), ...['--help', '--version'].map(bare)])
  const name = [before.slice(0, 2).join(' '), before[0]!].find((one) => verbs.names.includes(one))
  if (name === undefined) return []
  const verb = await verbs.verbOf(name)
  const rest = before.slice(name.split(' ').length)
  const args = (await verb.definition.args) as Record<string, Described>
  const lists = verb.lists ?? []
  const valued = (option: string) => args[option] !== undefined && !isFlag(args[option])

  const inline = /^--([\w-]+)=(.*)$/.exec(current)
  if (inline !== null) {
    // What bash replaces begins behind the sign.
    const prefix = shell === 'bash' ? '' : `--${inline[1]}=`
    return valuesOf(inline[1]!, inline[2]!, lists, values).map((value) => bare(`${prefix}${value}`))
  }
  const last = rest.at(-1)?.replace(/^--/, '')
  if (rest.at(-1)?.startsWith('--') && last !== undefined && valued(last)) return valuesOf(last, current, lists, values).map(bare)
  if (current.startsWith('-')) return starting(optionsOf(args, rest, lists))

  const positionals = Object.keys(args).filter((one) => args[one]!.type === 'positional')
  const given = rest.filter((word, at) => !word.startsWith('-') && !(at > 0 && isOption(rest[at - 1]!, valued))).length
  const place = positionals[given] ?? positionals.find((one) => lists.includes(one))
  const others = given === 0 && rest.length === 0 ? twoWordVerbs(verbs, name) : []
  return place === undefined ? starting(others) : [...starting(others), ...valuesOf(place, current, [], values).map(bare)]
}

/** `--option=value` comes from bash in three words. */
function joined(words: readonly string[]): string[] {
  const whole: string[] = []
  for (const word of words) {
    const last = whole.at(-1)
    if (last?.startsWith('--') && (word === '=' || last.endsWith('='))) whole[whole.length - 1] = `${last}${word}`
    else whole.push(word)
  }
  return whole
}

function commandsOf({ names, verbOf }: Verbs): Promise<Candidate[]> {
  const one = async (value: string) => {
    const { meta } = (await verbOf(value)).definition
    return { value, about: (meta as { description?: string }).description ?? '' }
  }
  return Promise.all(names.filter((name) => !name.includes(' ')).map(one))
}

function twoWordVerbs({ names }: Verbs, first: string): Candidate[] {
  return names.flatMap((name) => (name.startsWith(`${first} `) ? [bare(name.slice(first.length + 1))] : []))
}

function optionsOf(args: Readonly<Record<string, Described>>, rest: readonly string[], lists: readonly string[]): Candidate[] {
  const names = Object.entries(args).filter(([, { type }]) => type !== 'positional')
  const options = names.flatMap(([name, definition]) => {
    const about = definition.description ?? ''
    const isOn = isFlag(definition) && definition.default !== false
    return [{ value: `--${name}`, about }, ...(isOn ? [{ value: `--no-${name}`, about }] : [])]
  })
  const isGiven = (option: string) => rest.some((word) => word === option || word.startsWith(`${option}=`))
  return [...options, bare('--help')].filter(({ value }) => lists.includes(value.slice(2)) || !isGiven(value))
}

/** Of lists the last name is completed, to one that is not there yet. */
function valuesOf(name: string, current: string, lists: readonly string[], values: KnownValues): string[] {
  const known = values[name] ?? []
  const at = lists.includes(name) ? current.lastIndexOf(',') + 1 : 0
  const [kept, begun] = [current.slice(0, at), current.slice(at)]
  const taken = kept.split(',')
  return known.filter((value) => value.startsWith(begun) && !taken.includes(value)).map((value) => `${kept}${value}`)
}

function isFlag({ type }: ArgumentDefinition): boolean {
  return type === 'boolean'
}

function isOption(word: string, valued: (name: string) => boolean): boolean {
  return word.startsWith('--') && valued(word.slice(2))
}

function bare(value: string): Candidate {
  return { value, about: '' }
}
