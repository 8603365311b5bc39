/** Text for a header: one line of what every reader of every age knows. */
export function asciiLine(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?')
}
