/** What voxels of a label may be besides background. */
export interface LabelClass {
  readonly name: string
  /** Values of label files that are this class, none of them 0; masks are written with the first. */
  readonly values: readonly number[]
}

/** What labels of one organ without a name are. */
export const ONE_FOREGROUND: readonly LabelClass[] = [{ name: 'foreground', values: [1] }]

/**
 * Labels as label files have them: for every class the first of its values.
 *
 * @param labels 0 background, 1, 2, … the classes
 * @returns the same array where the values are those numbers; else bytes, or as many more as the values take
 */
export function labelValues(labels: Uint8Array, classes: readonly LabelClass[]): Uint8Array | Int16Array | Int32Array {
  const values = [0, ...classes.map(({ values: [first] }) => first!)]
  if (values.every((value, label) => value === label)) return labels
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const Kind = low >= 0 && high < 2 ** 8 ? Uint8Array : low >= -(2 ** 15) && high < 2 ** 15 ? Int16Array : Int32Array
  const written = new Kind(labels.length)
  for (let i = 0; i < labels.length; i++) written[i] = values[labels[i]!]!
  return written
}
