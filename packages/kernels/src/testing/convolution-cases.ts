/** A convolution to try: everything that its result depends on but the numbers. */
export interface ConvolutionCase {
  readonly kernel: number
  readonly stride: number
  readonly padding: number
  /** [batch, x, y, z] */
  readonly grid: readonly [number, number, number, number]
  readonly cin: number
  readonly cout: number
}

/** As it stands in a test's title. */
export function caseTitle({ kernel, stride, padding, grid, cin, cout }: ConvolutionCase): string {
  return `k${kernel} s${stride} p${padding} [${grid.join(',')},${cin}] -> ${cout}`
}

/** Every channel count once on each side: one, odd, a SIMD vector's multiple and just above. */
const CHANNELS = [
  [1, 2],
  [2, 3],
  [3, 8],
  [8, 17],
  [17, 1],
] as const

/** Odd and even sizes, all different, so that strides leave a remainder on some axes and axes cannot be mixed up. */
const GRID = [2, 5, 6, 7] as const

export const WINDOWS = [
  { kernel: 1, stride: 1, padding: 0 },
  { kernel: 1, stride: 2, padding: 0 },
  { kernel: 2, stride: 2, padding: 0 },
  { kernel: 3, stride: 1, padding: 1 },
  { kernel: 3, stride: 1, padding: 0 },
  { kernel: 3, stride: 2, padding: 1 },
  { kernel: 4, stride: 2, padding: 1 },
  { kernel: 7, stride: 1, padding: 3 },
] as const

/** What engines have special code for: whole tiles and borders, many channels, maps smaller than a tile. */
const SPECIAL: readonly ConvolutionCase[] = [
  { kernel: 3, stride: 1, padding: 1, grid: [1, 13, 12, 11], cin: 16, cout: 16 },
  { kernel: 3, stride: 1, padding: 1, grid: [2, 8, 8, 6], cin: 32, cout: 32 },
  { kernel: 3, stride: 1, padding: 1, grid: [1, 9, 4, 10], cin: 16, cout: 32 },
  { kernel: 3, stride: 1, padding: 1, grid: [1, 4, 4, 3], cin: 64, cout: 64 },
  { kernel: 3, stride: 1, padding: 1, grid: [3, 1, 2, 9], cin: 4, cout: 5 },
  { kernel: 3, stride: 1, padding: 1, grid: [1, 1, 1, 1], cin: 8, cout: 8 },
  { kernel: 3, stride: 1, padding: 1, grid: [1, 10, 9, 12], cin: 1, cout: 16 },
  { kernel: 3, stride: 2, padding: 1, grid: [1, 9, 8, 7], cin: 16, cout: 32 },
  { kernel: 7, stride: 1, padding: 3, grid: [1, 9, 8, 6], cin: 1, cout: 16 },
  { kernel: 2, stride: 2, padding: 0, grid: [1, 8, 8, 6], cin: 16, cout: 32 },
  { kernel: 1, stride: 1, padding: 0, grid: [1, 9, 8, 7], cin: 16, cout: 2 },
]

export const CONVOLUTIONS: readonly ConvolutionCase[] = [
  ...WINDOWS.flatMap((window) => CHANNELS.map(([cin, cout]) => ({ ...window, grid: GRID, cin, cout }))),
  ...SPECIAL,
]

/** Windows of transposed convolutions. */
export const TRANSPOSED_WINDOWS = [
  { kernel: 2, stride: 2, padding: 0 },
  { kernel: 3, stride: 2, padding: 1 },
  { kernel: 4, stride: 2, padding: 1 },
  { kernel: 3, stride: 1, padding: 1 },
] as const

const SMALL_GRID = [2, 3, 4, 5] as const

export const TRANSPOSED_CONVOLUTIONS: readonly ConvolutionCase[] = [
  ...CHANNELS.map(([cin, cout]) => ({ kernel: 2, stride: 2, padding: 0, grid: SMALL_GRID, cin, cout })),
  { kernel: 2, stride: 2, padding: 0, grid: [1, 4, 4, 3], cin: 32, cout: 16 },
  { kernel: 2, stride: 2, padding: 0, grid: [1, 1, 1, 1], cin: 64, cout: 32 },
  { kernel: 3, stride: 2, padding: 1, grid: SMALL_GRID, cin: 3, cout: 2 },
  { kernel: 4, stride: 2, padding: 1, grid: SMALL_GRID, cin: 2, cout: 8 },
  { kernel: 3, stride: 1, padding: 1, grid: SMALL_GRID, cin: 3, cout: 3 },
]
