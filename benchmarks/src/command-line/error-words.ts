import { fileError } from '@dualseg/data/node'

/** What to tell of an error: its message, or what the file system meant by its own. */
export function errorWords(error: unknown): string {
  const told = fileError(error)
  return told instanceof Error ? told.message : String(told)
}
