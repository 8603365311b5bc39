/** Red, green and blue of the classes' outlines, told apart also by those who see no red or no green (Okabe and Ito); more classes begin again. */
const COLOURS = [
  [255, 214, 10],
  [86, 180, 233],
  [213, 94, 0],
  [0, 158, 115],
  [204, 121, 167],
  [0, 114, 178],
  [230, 159, 0],
] as const

/** @param label from 1 */
export function classColour(label: number): readonly [number, number, number] {
  return COLOURS[(label - 1) % COLOURS.length]!
}
