import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { sealedLine } from './seal'

/** A file of JSON lines that grows at its end, each with its check: `log.jsonl`, `cases.jsonl`. */
export class LineLog {
  private readonly file: number

  /**
   * Opens the file, or begins it.
   *
   * @param bytes that are kept of it; what lies behind them is cut off: a process that was killed leaves lines beyond its last checkpoint, or
   *   half a line
   */
  constructor(
    path: string,
    private bytes: number,
  ) {
    this.file = openSync(path, existsSync(path) ? 'r+' : 'w')
    ftruncateSync(this.file, bytes)
  }

  append(value: object): void {
    const bytes = Buffer.from(`${sealedLine(value)}\n`)
    for (let at = 0; at < bytes.length; ) at += writeSync(this.file, bytes, at, bytes.length - at, this.bytes + at)
    this.bytes += bytes.length
  }

  /** Waits until everything appended is on the disk. */
  sync(): void {
    fsyncSync(this.file)
  }

  close(): void {
    closeSync(this.file)
  }
}
