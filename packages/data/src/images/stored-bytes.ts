/** The bytes of one image file, wherever it is kept: on a disk, or in a page that somebody dropped it on. */
export interface StoredBytes {
  /** Whether the whole file is compressed, header and all. */
  readonly isGzipped: boolean
  /** Of the file as it is stored. */
  size(): Promise<number>
  /** The first bytes, as many as there are. */
  head(length: number): Promise<Uint8Array>
  /** The bytes from `start` on, decompressed if asked; the checksum of a compressed stream is tested on the way. */
  stream(compression: 'gzip' | 'zlib' | undefined, start?: number): AsyncIterable<Uint8Array>
  /** A file that the header names: it lies in the same folder or below. Undefined for one that does not. */
  beside(file: string): StoredBytes | undefined
  /** What keeps the file from being read, as a clause with the file for its subject; undefined for an error of its bytes. */
  trouble(error: unknown): string | undefined
}
