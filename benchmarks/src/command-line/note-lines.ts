/** More are counted, not listed. */
const LISTED = 5

/** What one should know of one of several things. */
export interface Noted {
  readonly name: string
  readonly notes: readonly string[]
}

/** A line for every note, with the names of those that it is about unless it is about all. */
export function noteLines(noted: readonly Noted[]): string[] {
  const about = new Map<string, string[]>()
  for (const { name, notes } of noted) for (const note of new Set(notes)) about.set(note, [...(about.get(note) ?? []), name])
  return [...about].map(([note, names]) => {
    if (names.length === noted.length) return `Note: ${note}${noted.length > 1 ? ` (all ${noted.length})` : ''}.`
    const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : ''
    return `Note: ${note} (${names.slice(0, LISTED).join(', ')}${more}).`
  })
}

/** Notes that are to be read behind a name, with it. */
export function notesOf(who: string, notes: readonly string[]): string[] {
  return notes.map((note) => `${who} ${note}`)
}
