/** Finds NaN and infinities among floating-point voxels that arrive in pieces of any length. */
export class NonFiniteFinder {
  /** Index of the first, or -1. */
  found = -1
  #rest: Uint8Array = new Uint8Array()
  #before = 0

  /** @param bytes of one voxel: 4 or 8 */
  constructor(
    private readonly bytes: number,
    private readonly order: 'little' | 'big',
  ) {}

  add(piece: Uint8Array): void {
    if (this.found >= 0) return
    const all = this.#rest.length > 0 ? Buffer.concat([this.#rest, piece]) : piece
    const count = Math.floor(all.length / this.bytes)
    // An exponent of ones only: within the two bytes that hold the sign and the exponent's top.
    const high = this.order === 'little' ? this.bytes - 1 : 0
    const next = this.order === 'little' ? this.bytes - 2 : 1
    const ones = this.bytes === 4 ? 0x80 : 0xf0
    for (let i = 0, at = 0; i < count; i++, at += this.bytes) {
      if ((all[at + high]! & 0x7f) === 0x7f && (all[at + next]! & ones) === ones) {
        this.found = this.#before + i
        return
      }
    }
    this.#before += count
    this.#rest = all.slice(count * this.bytes)
  }
}
