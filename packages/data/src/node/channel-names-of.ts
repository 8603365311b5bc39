import type { CaseSource } from './case-source'

/** What the images of a source's cases show, in their order; undefined where a case has one. */
export function channelNamesOf(source: CaseSource): readonly string[] | undefined {
  if (source.kind === 'memory') {
    const count = source.cases[0]?.otherChannels?.length ?? 0
    return count === 0 ? undefined : Array.from({ length: count + 1 }, (_, index) => `channel ${index}`)
  }
  if (source.kind !== 'files' || source.otherChannels === undefined) return undefined
  return [source.channel ?? 'image', ...source.otherChannels.map(({ name }) => name)]
}
