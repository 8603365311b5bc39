import { COMMAND_NAMES } from '../command-line/command-names'

/** Why no data set may have a name; undefined for one that is free. */
export function whyTaken(name: string): string | undefined {
  const what = takenBy(name)
  return what && `no data set may be called ${name}, ${what}`
}

function takenBy(name: string): string | undefined {
  // Both a command and a data set, in its own files.
  if (name === 'la') return undefined
  if ((COMMAND_NAMES as readonly string[]).includes(name)) return `for bench ${name} is a command`
  if (name === 'phantom' || name.endsWith('-phantom')) return 'as runs on the built-in phantom are'
  return name === 'slurm' ? 'as the folder of what went to a cluster is' : undefined
}
