import type { Axis, LabelClass, Preparation } from '@dualseg/data'
import type { ImageSummary } from './image-summary'

/** What a run's networks expect of an image. Nothing of it decides the run's result. */
export interface ExpectedInput {
  /** How the training volumes came about from scans; null: nobody said. */
  readonly preparation: Preparation | null
  /** What the training images have in common; null: unknown. */
  readonly images: ImageSummary | null
  /** The same of further channels, in their order. */
  readonly otherImages?: readonly (ImageSummary | null)[]
  /** Axes along which a mirrored image could be another one of the data set. @default all */
  readonly mirrorAxes?: readonly Axis[]
  /** What the labels' classes are called, and which values stand for them. @default one class, of value 1 */
  readonly classes?: readonly LabelClass[]
}
