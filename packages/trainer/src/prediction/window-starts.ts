/** Where the windows lie along one axis, in coordinates of the padded axis. */
export interface WindowStarts {
  readonly starts: readonly number[]
  readonly padLeft: number
  readonly padRight: number
}

/**
 * The references' rule for one axis: pad up to the patch (the smaller half on the left), step by the stride, last window flush with the end.
 */
export function windowStarts(dim: number, patch: number, stride: number): WindowStarts {
  const pad = Math.max(patch - dim, 0)
  const padLeft = Math.floor(pad / 2)
  const last = dim + pad - patch
  const count = Math.ceil(last / stride) + 1
  return { starts: Array.from({ length: count }, (_, i) => Math.min(stride * i, last)), padLeft, padRight: pad - padLeft }
}
