// Output channels come in panels: as many of 16 as fit, then one of 8 and one of 4. A remainder below 4 counts as 4 where filters are packed with zeros.

@inline export function panelCount(channels: usize): usize {
  return (channels >> 4) + ((channels >> 3) & 1) + ((channels >> 2) & 1)
}

/** First channel of panel `index`; `channels` is a multiple of 4. */
@inline export function panelStart(index: usize, channels: usize): usize {
  const wide = channels >> 4
  return index <= wide ? index << 4 : (wide << 4) + (channels & 8)
}

/** Width of the panel that begins at `start`. */
@inline export function panelWidth(start: usize, channels: usize): usize {
  const left = channels - start
  return left >= 16 ? 16 : left >= 8 ? 8 : 4
}
