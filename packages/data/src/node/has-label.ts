import { existsSync } from 'node:fs'
import type { CaseSource } from './case-source'
import { pathAsStored } from './path-as-stored'

/** Whether a case has a label file; cases of all sources but files always have one. Nothing is read. */
export function hasLabel(source: CaseSource, id: string): boolean {
  return source.kind !== 'files' || existsSync(pathAsStored(source.root, source.label.replaceAll('{case}', id)))
}
