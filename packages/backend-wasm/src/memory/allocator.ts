/**
 * Two-level segregated fit over one growing address range (Masmano et al. 2004): constant-time search, immediate coalescing.
 * The book-keeping lives in JavaScript objects, so a stray write into tensor memory cannot damage it.
 */

/** Every block starts and ends on a cache line, so kernels may read and write whole vectors past a tensor's last element. */
export const BLOCK_ALIGNMENT = 64

/** Eight sub-classes per power of two keep the worst internal search waste at 1/8. */
const SUBCLASS_BITS = 3
const SUBCLASSES = 1 << SUBCLASS_BITS
const LEVELS = 27 // 64 bytes << 27 covers more than 4 GB

interface Block {
  offset: number
  size: number
  isFree: boolean
  previousInMemory: Block | null
  nextInMemory: Block | null
  previousFree: Block | null
  nextFree: Block | null
}

export interface AllocatorStatistics {
  /** Bytes handed out now, padding included. */
  usedBytes: number
  /** Bytes under management. */
  totalBytes: number
  blockCount: number
  /** Size of the largest free block, bytes. */
  largestFreeBytes: number
}

export class Allocator {
  readonly #free: (Block | null)[] = new Array(LEVELS * SUBCLASSES).fill(null)
  readonly #subclassMap = new Int32Array(LEVELS)
  #levelMap = 0
  readonly #used = new Map<number, Block>()
  #last: Block | null = null
  #end: number
  readonly #start: number
  #usedBytes = 0

  /**
   * @param start first managed byte; the range is empty until `extend`
   */
  constructor(start: number) {
    this.#start = alignUp(start)
    this.#end = this.#start
  }

  /** First byte past the managed range. */
  get end(): number {
    return this.#end
  }

  /** Bytes handed out now, padding included. */
  get usedBytes(): number {
    return this.#usedBytes
  }

  /** Adds the bytes from the present end up to `end` (rounded down to the alignment). */
  extend(end: number): void {
    const size = Math.floor((end - this.#end) / BLOCK_ALIGNMENT) * BLOCK_ALIGNMENT
    if (size <= 0) return
    const block: Block = {
      offset: this.#end,
      size,
      isFree: true,
      previousInMemory: this.#last,
      nextInMemory: null,
      previousFree: null,
      nextFree: null,
    }
    if (this.#last) this.#last.nextInMemory = block
    this.#last = block
    this.#end += size
    this.#insert(this.#mergeBackward(block))
  }

  /** @returns the offset of a free block of at least `bytes`, or -1: extend and ask again */
  allocate(bytes: number): number {
    const size = blockSize(bytes)
    const block = this.#find(size)
    if (!block) return -1
    this.#remove(block)
    if (block.size > size) this.#split(block, size)
    block.isFree = false
    this.#used.set(block.offset, block)
    this.#usedBytes += block.size
    return block.offset
  }

  /** Gives back what `allocate` returned; any other offset is a bug and throws. */
  release(offset: number): void {
    const block = this.#used.get(offset)
    if (!block) throw new RangeError(`allocator: no block at offset ${offset}`)
    this.#used.delete(offset)
    this.#usedBytes -= block.size
    block.isFree = true
    const next = block.nextInMemory
    if (next?.isFree) {
      this.#remove(next)
      this.#absorbNext(block, next)
    }
    this.#insert(this.#mergeBackward(block))
  }

  statistics(): AllocatorStatistics {
    let largestFreeBytes = 0
    for (let block = this.#last; block; block = block.previousInMemory) {
      if (block.isFree && block.size > largestFreeBytes) largestFreeBytes = block.size
    }
    return {
      usedBytes: this.#usedBytes,
      totalBytes: this.#end - this.#start,
      blockCount: this.#used.size,
      largestFreeBytes,
    }
  }

  /** How many more bytes than the managed range must exist for `bytes` to fit at its end. */
  shortfall(bytes: number): number {
    const tail = this.#last?.isFree ? this.#last.size : 0
    return Math.max(0, searchSize(blockSize(bytes)) - tail)
  }

  #find(size: number): Block | null {
    const [level, subclass] = classOf(searchSize(size))
    let subclassMap = this.#subclassMap[level]! & (-1 << subclass)
    let found = level
    if (subclassMap === 0) {
      const levelMap = level >= 31 ? 0 : this.#levelMap & (-1 << (level + 1))
      if (levelMap === 0) return null
      found = 31 - Math.clz32(levelMap & -levelMap)
      subclassMap = this.#subclassMap[found]!
    }
    return this.#free[found * SUBCLASSES + (31 - Math.clz32(subclassMap & -subclassMap))]!
  }

  #insert(block: Block): void {
    const [level, subclass] = classOf(block.size)
    const index = level * SUBCLASSES + subclass
    const head = this.#free[index]!
    block.previousFree = null
    block.nextFree = head
    if (head) head.previousFree = block
    this.#free[index] = block
    this.#subclassMap[level] = this.#subclassMap[level]! | (1 << subclass)
    this.#levelMap |= 1 << level
  }

  #remove(block: Block): void {
    const { previousFree, nextFree } = block
    if (nextFree) nextFree.previousFree = previousFree
    if (previousFree) {
      previousFree.nextFree = nextFree
    } else {
      const [level, subclass] = classOf(block.size)
      this.#free[level * SUBCLASSES + subclass] = nextFree
      if (!nextFree) {
        this.#subclassMap[level] = this.#subclassMap[level]! & ~(1 << subclass)
        if (this.#subclassMap[level] === 0) this.#levelMap &= ~(1 << level)
      }
    }
    block.previousFree = null
    block.nextFree = null
  }

  #split(block: Block, size: number): void {
    const rest: Block = {
      offset: block.offset + size,
      size: block.size - size,
      isFree: true,
      previousInMemory: block,
      nextInMemory: block.nextInMemory,
      previousFree: null,
      nextFree: null,
    }
    if (rest.nextInMemory) rest.nextInMemory.previousInMemory = rest
    else this.#last = rest
    block.nextInMemory = rest
    block.size = size
    this.#insert(rest)
  }

  #mergeBackward(block: Block): Block {
    const previous = block.previousInMemory
    if (!previous?.isFree) return block
    this.#remove(previous)
    this.#absorbNext(previous, block)
    return previous
  }

  #absorbNext(block: Block, next: Block): void {
    block.size += next.size
    block.nextInMemory = next.nextInMemory
    if (next.nextInMemory) next.nextInMemory.previousInMemory = block
    else this.#last = block
  }
}

function alignUp(offset: number): number {
  return Math.ceil(offset / BLOCK_ALIGNMENT) * BLOCK_ALIGNMENT
}

function blockSize(bytes: number): number {
  return Math.max(BLOCK_ALIGNMENT, alignUp(bytes))
}

/** Rounded up to the next class boundary, so that the first block found there is large enough. */
function searchSize(size: number): number {
  const units = size / BLOCK_ALIGNMENT
  const level = 31 - Math.clz32(units)
  if (level <= SUBCLASS_BITS) return size
  const step = 2 ** (level - SUBCLASS_BITS)
  return Math.ceil(units / step) * step * BLOCK_ALIGNMENT
}

function classOf(size: number): [level: number, subclass: number] {
  const units = size / BLOCK_ALIGNMENT
  const level = 31 - Math.clz32(units)
  if (level < SUBCLASS_BITS) return [0, units]
  return [level - SUBCLASS_BITS + 1, Math.floor(units / 2 ** (level - SUBCLASS_BITS)) - SUBCLASSES]
}
