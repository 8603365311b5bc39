/** Where V8 packs the wasm engine's kernels; the same as its own rule (`packedSimd`), which also looks at the processor. */
const [OLDEST, NEWEST] = [24, 26]

/**
 * What another Node would give the wasm engine on this platform; nothing to say on the fastest ones. The figure is of docs/why/engine.md.
 *
 * @param node as `process.version`
 * @param platform as `linux x64`
 */
export function fasterNode(node: string, platform: string): string | undefined {
  const major = Number(/^v(\d+)/.exec(node)?.[1])
  if (!platform.endsWith(' x64') || (major >= OLDEST && major <= NEWEST)) return undefined
  return `Node ${OLDEST} to ${NEWEST} are the fastest for the wasm engine: 1.4 times as fast as 20, 1.3 times as fast as 22, where the processor has AVX2`
}
