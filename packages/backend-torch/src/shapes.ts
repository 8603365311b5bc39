export function sizeOf(shape: readonly number[]): number {
  let size = 1
  for (const n of shape) size *= n
  return size
}

/** Strides of a row-major tensor, in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= Math.max(1, shape[axis]!)
  }
  return strides
}

/** Strides with which a tensor of `shape` is read as one of `target`: repeated along axes that it does not have. */
export function broadcastStrides(shape: readonly number[], target: readonly number[]): number[] {
  const strides = stridesOf(shape)
  const missing = target.length - shape.length
  return target.map((size, axis) => {
    const own = axis - missing
    return own < 0 || (shape[own] === 1 && size !== 1) ? 0 : strides[own]!
  })
}

/** `[batch, x, y, z, channels]` in memory, read as PyTorch's `[batch, channels, x, y, z]`: its channels-last layout, nothing is moved. */
export function channelsFirst([n, x, y, z, c]: readonly number[]): { sizes: number[]; strides: number[] } {
  return { sizes: [n!, c!, x!, y!, z!], strides: [x! * y! * z! * c!, 1, y! * z! * c!, z! * c!, c!] }
}
