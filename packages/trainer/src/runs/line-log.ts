import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'

/**
 * A file of JSON lines that grows at its end: `log.jsonl`, `cases.jsonl`.
 *
 * A process that was killed may leave lines beyond its last checkpoint, or half a line; opening it again cuts them off.
 */
export class LineLog {
  private readonly file: number

  private constructor(
    path: string,
    private bytes: number,
  ) {
    this.file = openSync(path, existsSync(path) ? 'r+' : 'w')
    ftruncateSync(this.file, bytes)
  }

  /**
   * Opens the file and keeps its first `keep` whole lines (all whole lines without it).
   *
   * @returns the log and the lines kept
   */
  static open(path: string, keep = Number.POSITIVE_INFINITY): { log: LineLog; lines: string[] } {
    const content = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
    const lines: string[] = []
    let start = 0
    while (lines.length < keep) {
      const end = content.indexOf(0x0a, start)
      if (end < 0) break
      lines.push(content.toString('utf8', start, end))
      start = end + 1
    }
    return { log: new LineLog(path, start), lines }
  }

  append(line: string): void {
    const bytes = Buffer.from(`${line}\n`)
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
