import { describe, expect, it } from 'vitest'
import { fastestTile } from './fastest-tile'
import type { Size3 } from './geometry'

const layer = (batch: number, size: Size3, channels: number) => ({
  batch,
  size,
  inputChannels: channels,
  outputChannels: channels,
})

describe('the fastest tile', () => {
  it.each([
    [layer(4, [64, 64, 48], 16), '444'],
    [layer(4, [16, 16, 12], 64), '444'],
    [layer(4, [48, 48, 32], 8), '444'],
  ] as const)('is a large one where it was measured to pay', (shape, tile) => {
    expect(fastestTile(shape, 'gradInput')).toBe(tile)
  })

  it.each([layer(4, [3, 3, 2], 128), layer(1, [1, 1, 1], 16), layer(2, [2, 2, 2], 32)])(
    'is 222 where large ones would mostly hang over',
    (shape) => {
      expect(fastestTile(shape, 'gradInput')).toBe('222')
      expect(fastestTile(shape, 'gradFilter')).toBe('222')
    },
  )
})
