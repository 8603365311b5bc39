import type { LabelClass } from '@dualseg/data'

/** What another project's `dataset.json` says of a data set. */
export interface Layout {
  readonly title: string
  readonly files: { readonly image: string; readonly label: string; readonly unlabelled?: string }
  readonly classes: readonly LabelClass[]
  readonly intensity: { readonly scale: 'none' | 'unit' | 'standard'; readonly window?: readonly [number, number] }
  /** What was understood in one of several ways, a sentence each. */
  readonly guesses: readonly string[]
}
