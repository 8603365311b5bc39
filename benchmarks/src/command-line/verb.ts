import type { CommandDef } from 'citty'
import type { ReadArguments } from './read-arguments'

/** A verb of the command line: its options, examples for `--help`, and what it does. */
export interface Verb {
  readonly definition: CommandDef
  readonly examples: readonly string[]
  /** Options that may be given more than once, as well as with commas. */
  readonly lists?: readonly string[]
  run(args: ReadArguments): Promise<number>
}
