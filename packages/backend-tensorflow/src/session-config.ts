/** How TensorFlow is to use the machine. */
export interface SessionConfig {
  readonly threads: number
  readonly device: 'auto' | 'cpu'
}

/**
 * TensorFlow's `ConfigProto` (`tensorflow/core/protobuf/config.proto`) as bytes: threads within and between ops, and of the graphics memory
 * no more than is used.
 */
export function sessionConfig({ threads, device }: SessionConfig): Uint8Array {
  const bytes: number[] = []
  // device_count = { "GPU": 0 }, field 1, a map entry of a string and a number
  if (device === 'cpu') bytes.push(...message(1, [...message(1, [...Buffer.from('GPU')]), ...number(2, 0)]))
  bytes.push(...number(2, threads)) // intra_op_parallelism_threads
  bytes.push(...number(5, threads)) // inter_op_parallelism_threads
  bytes.push(...message(6, number(4, 1))) // gpu_options.allow_growth
  return Uint8Array.from(bytes)
}

function number(field: number, value: number): number[] {
  return [field << 3, ...varint(value)]
}

function message(field: number, content: readonly number[]): number[] {
  return [(field << 3) | 2, ...varint(content.length), ...content]
}

function varint(value: number): number[] {
  const bytes: number[] = []
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest]
    bytes.push((rest & 0x7f) | 0x80)
  }
}
