import { type LabelClass, ONE_FOREGROUND } from '../label-class'
import type { CaseSource } from './case-source'

/** The classes of a source's labels: what 1, 2, … stand for. */
export function labelClassesOf(source: CaseSource): readonly LabelClass[] {
  return source.kind === 'files' ? source.classes : ONE_FOREGROUND
}
