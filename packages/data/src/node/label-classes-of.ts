import type { LabelClass } from '../label-class'
import type { CaseSource } from './case-source'

/** One organ without a name. */
const FOREGROUND: readonly LabelClass[] = [{ name: 'foreground', values: [1] }]

/** The classes of a source's labels: what 1, 2, … stand for. */
export function labelClassesOf(source: CaseSource): readonly LabelClass[] {
  return source.kind === 'files' ? source.classes : FOREGROUND
}
