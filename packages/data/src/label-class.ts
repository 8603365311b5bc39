/** What voxels of a label may be besides background. */
export interface LabelClass {
  readonly name: string
  /** Values of label files that are this class, none of them 0; masks are written with the first. */
  readonly values: readonly number[]
}
