/** Opens things in order, each while the one before is worked on; never more than one ahead. */
export async function* readAhead<K, V>(keys: readonly K[], open: (key: K) => Promise<V>): AsyncGenerator<V> {
  let ahead = keys.length === 0 ? undefined : open(keys[0]!)
  for (let i = 1; ahead !== undefined; i++) {
    const opened = await ahead
    ahead = i < keys.length ? open(keys[i]!) : undefined
    // It is awaited in the next round; if nobody asks for it any more, nobody need hear of its failure.
    ahead?.catch(() => {})
    yield opened
  }
}
