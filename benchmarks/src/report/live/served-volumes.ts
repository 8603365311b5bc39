import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorWords } from '../../command-line/error-words'
import type { ReportedCase } from '../report-files'
import { type CaseVolumes, type ReportedVolumes, writeVolumes } from '../viewer-volumes'

/** The volumes of cases whose pages were asked for, in a folder of their own that goes away. */
export class ServedVolumes {
  private readonly folder = mkdtempSync(join(tmpdir(), 'dualseg-report-'))
  private readonly sources = new Map<string, Promise<ReportedVolumes | string>>()
  private readonly files = new Set<string>()
  private last: Promise<unknown> = Promise.resolve()

  /** @param volumesOf as for `writeReport` */
  constructor(private readonly volumesOf: (dataset: string) => Promise<ReportedVolumes | string>) {}

  /** Those of a case, or why there are none. */
  of(one: ReportedCase): Promise<CaseVolumes | string> {
    // One after another: two pages may ask for the same files.
    const made = this.last.then(() => this.write(one)).catch((error) => `No volumes here: ${errorWords(error)}`)
    this.last = made
    return made
  }

  /** The script that hands a volume over, if it was made. */
  script(file: string): Uint8Array | undefined {
    return this.files.has(file) ? readFileSync(join(this.folder, file)) : undefined
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  private async write({ id, volumesOf }: ReportedCase): Promise<CaseVolumes | string> {
    const { dataset } = volumesOf.conditions
    const known = this.sources.get(dataset) ?? this.volumesOf(dataset)
    this.sources.set(dataset, known)
    const from = await known
    if (typeof from === 'string') return `No volumes here: ${from}`
    const written = (await writeVolumes(this.folder, volumesOf, from, { ids: [id] })).get(id)!
    for (const file of [written.image, written.reference, ...written.predictions.map((one) => one.file)]) this.files.add(file)
    return written
  }
}
