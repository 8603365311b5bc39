import type { Triple } from './volume'

/**
 * Why the version-1 B-trees of an HDF5 file cannot be trusted, or null if they can.
 *
 * The chunks themselves are guarded by the Adler-32 of their deflate streams, but this index is guarded by nothing: one flipped bit in a key and the
 * library finds no such chunk and hands out zeros without an error. So each dataset's index must be a sound search tree that names every chunk of the
 * grid exactly once, with no filter skipped and no two chunks on the same bytes. Newer files have indices with checksums, which the library tests.
 *
 * @param datasets shape and chunk shape of every chunked three-axis dataset that will be read
 */
export function chunkIndexFault(
  bytes: Uint8Array,
  datasets: readonly { name: string; shape: Triple; chunk: Triple }[],
): string | null {
  const nodes = findChunkNodes(bytes)
  if (nodes.size === 0) return bytes[8]! >= 2 ? null : 'it has no chunk index'
  const children = new Set([...nodes.values()].flatMap((node) => (node.level > 0 ? node.children : [])))
  const roots = [...nodes.keys()].filter((address) => !children.has(address))
  const trees: Chunk[][] = []
  for (const root of roots) {
    const chunks: Chunk[] = []
    const fault = walk(nodes, root, chunks)
    if (fault) return fault
    trees.push(chunks)
  }
  for (const { name, shape, chunk } of datasets) {
    const tree = trees.findIndex((chunks) => covers(chunks, shape, chunk))
    if (tree < 0) return `no chunk index names every chunk of «${name}» once`
    const fault = storageFault(trees.splice(tree, 1)[0]!, bytes.length, name)
    if (fault) return fault
  }
  return null
}

interface Chunk {
  at: Triple
  /** 0, but for the key that bounds a node from above: there the place within the element. */
  element: number
  bytes: number
  filterMask: number
  address: number
}

interface ChunkNode {
  level: number
  /** One more than children: the last bounds the node from above. */
  keys: Omit<Chunk, 'address'>[]
  children: number[]
}

const HEADER = 24
const KEY = 40
const ENTRY = KEY + 8

/** All nodes «TREE», type 1 (chunks), with keys of three axes and the element. */
function findChunkNodes(bytes: Uint8Array): Map<number, ChunkNode> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const nodes = new Map<number, ChunkNode>()
  for (let at = bytes.indexOf(0x54); at >= 0; at = bytes.indexOf(0x54, at + 1)) {
    if (at + HEADER + KEY > bytes.length) break
    if (bytes[at + 1] !== 0x52 || bytes[at + 2] !== 0x45 || bytes[at + 3] !== 0x45 || bytes[at + 4] !== 1) continue
    const used = view.getUint16(at + 6, true)
    if (at + HEADER + used * ENTRY + KEY > bytes.length) continue
    const keys: ChunkNode['keys'] = []
    const children: number[] = []
    for (let entry = 0; entry <= used; entry++) {
      const from = at + HEADER + entry * ENTRY
      const axis = (n: number) => Number(view.getBigUint64(from + 8 + 8 * n, true))
      keys.push({
        bytes: view.getUint32(from, true),
        filterMask: view.getUint32(from + 4, true),
        at: [axis(0), axis(1), axis(2)],
        element: axis(3),
      })
      if (entry < used) children.push(Number(view.getBigUint64(from + KEY, true)))
    }
    nodes.set(at, { level: bytes[at + 5]!, keys, children })
  }
  return nodes
}

function walk(nodes: ReadonlyMap<number, ChunkNode>, address: number, chunks: Chunk[], depth = 0): string | null {
  const node = nodes.get(address)
  if (!node || depth > 8) return 'its chunk index is broken'
  for (let entry = 1; entry < node.keys.length; entry++) {
    if (order(node.keys[entry - 1]!, node.keys[entry]!) >= 0) return 'its chunk index is out of order'
  }
  for (let entry = 0; entry < node.children.length; entry++) {
    const key = node.keys[entry]!
    const child = node.children[entry]!
    if (node.level === 0) {
      chunks.push({ ...key, address: child })
      continue
    }
    const below = nodes.get(child)
    const bounds = below && order(below.keys[0]!, key) === 0 && order(below.keys.at(-1)!, node.keys[entry + 1]!) === 0
    if (!below || below.level !== node.level - 1 || !bounds) return 'its chunk index is broken'
    const fault = walk(nodes, child, chunks, depth + 1)
    if (fault) return fault
  }
  return null
}

type Key = ChunkNode['keys'][number]

function order(a: Key, b: Key): number {
  return a.at[0] - b.at[0] || a.at[1] - b.at[1] || a.at[2] - b.at[2] || a.element - b.element
}

function covers(chunks: readonly Chunk[], shape: Triple, chunk: Triple): boolean {
  const grid = shape.map((n, axis) => Math.ceil(n / chunk[axis]!))
  if (chunks.length !== grid[0]! * grid[1]! * grid[2]!) return false
  // Ascending order was tested, so that equal counts and aligned places within the shape make the grid complete.
  return chunks.every(
    ({ at, element }) => element === 0 && at.every((place, axis) => place % chunk[axis]! === 0 && place < shape[axis]!),
  )
}

function storageFault(chunks: readonly Chunk[], length: number, name: string): string | null {
  if (chunks.some(({ filterMask }) => filterMask !== 0)) return `a chunk of «${name}» was stored without its checksum`
  const byAddress = [...chunks].sort((a, b) => a.address - b.address)
  let end = 0
  for (const { address, bytes } of byAddress) {
    if (address < end) return `two chunks of «${name}» lie on the same bytes`
    end = address + bytes
  }
  return end > length ? `a chunk of «${name}» lies beyond the end of the file` : null
}
