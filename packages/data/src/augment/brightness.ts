/** Multiplies every value, in place. */
export function scaleBrightness(values: Float32Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! * factor
}
