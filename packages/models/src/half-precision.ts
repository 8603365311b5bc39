/** IEEE half precision to float32, exactly. */
export function widenFloat16(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (half) => {
    const sign = half & 0x8000 ? -1 : 1
    const exponent = (half >> 10) & 0x1f
    const fraction = half & 0x3ff
    if (exponent === 0) return sign * fraction * 2 ** -24
    if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
  })
}

/** bfloat16 is the upper half of a float32. */
export function widenBfloat16(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (half) => half << 16).buffer)
}

/** Float32 to the nearest IEEE half precision, of two as near the even one; what is beyond its largest becomes infinite. */
export function narrowToFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  return Uint16Array.from(bits, (bit, i) => {
    const sign = (bit >>> 16) & 0x8000
    const magnitude = Math.abs(values[i]!)
    if (Number.isNaN(magnitude)) return sign | 0x7e00
    // Halfway between the largest half and the next that there is no more.
    if (magnitude >= 65520) return sign | 0x7c00
    const exponent = Math.max(Math.floor(Math.log2(magnitude)), -14)
    const step = 2 ** (exponent - 10)
    const steps = roundToEven(magnitude / step)
    // 1024 steps belong to the leading one, which subnormal values lack; what rounds up to 2048 goes on into the exponent.
    return sign | (steps < 1024 ? steps : ((exponent + 15) << 10) + steps - 1024)
  })
}

function roundToEven(value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  if (rest !== 0.5) return Math.round(value)
  return below % 2 === 0 ? below : below + 1
}
