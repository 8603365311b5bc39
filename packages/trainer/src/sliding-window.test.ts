import { describe, expect, it } from 'vitest'
import { slidingWindow, windowStarts } from './sliding-window'

describe('windowStarts', () => {
  it.each([
    // dim, patch, stride: starts, padding left and right
    [10, 10, 3, [0], 0, 0],
    [11, 10, 3, [0, 1], 0, 0],
    [16, 10, 3, [0, 3, 6], 0, 0],
    [17, 10, 3, [0, 3, 6, 7], 0, 0],
    [7, 10, 3, [0], 1, 2],
  ])('of %i voxels by windows of %i and steps of %i', (dim, patch, stride, starts, padLeft, padRight) => {
    expect(windowStarts(dim, patch, stride)).toEqual({ starts, padLeft, padRight })
  })
})

describe('slidingWindow', () => {
  const image = { data: Float32Array.from({ length: 5 * 6 * 7 }, (_, i) => Math.sin(i)), size: [5, 6, 7] as const }
  const options = { patch: [4, 4, 8] as const, stride: [1, 2, 3] as const, channels: 1, decide: 'threshold' as const }

  it('gives back what a network says that looks at each voxel alone, wherever its windows lie', async () => {
    const { foreground, label } = await slidingWindow(image, (windows) => windows.map((v) => (v + 1) / 2), options)
    foreground.forEach((score, i) => {
      expect(score).toBeCloseTo((image.data[i]! + 1) / 2, 6)
    })
    expect([...label]).toEqual([...foreground].map((score) => (score > 0.5 ? 1 : 0)))
  })

  it('gives the same bits for windows one by one and several at once', async () => {
    const predict = (windows: Float32Array) => windows.map((v, i) => Math.abs(Math.sin(v + (i % 128))))
    const [one, many] = await Promise.all([1, 3].map((batch) => slidingWindow(image, predict, { ...options, batch })))
    expect(many!.foreground).toEqual(one!.foreground)
    expect(many!.windows).toBe(one!.windows)
    expect(one!.windows).toBe(2 * 2 * 1)
  })

  it('hands zeros to the network beyond the edge of a small volume', async () => {
    const small = { data: Float32Array.of(1, 2, 3), size: [1, 1, 3] as const }
    const seen: number[][] = []
    const predict = (windows: Float32Array) => {
      seen.push([...windows])
      return windows
    }
    await slidingWindow(small, predict, { ...options, patch: [1, 1, 6], stride: [1, 1, 1] })
    expect(seen).toEqual([[0, 1, 2, 3, 0, 0]])
  })

  it('decides for the first of the best classes, so that a tie is background', async () => {
    const one = { data: new Float32Array(1), size: [1, 1, 1] as const }
    const at = async (scores: number[]) => {
      const window = { patch: [1, 1, 1] as const, stride: [1, 1, 1] as const, channels: scores.length, decide: 'argmax' as const }
      return (await slidingWindow(one, () => Float32Array.from(scores), window)).label[0]
    }
    expect(await at([0.5, 0.5])).toBe(0)
    expect(await at([0.2, 0.4, 0.4])).toBe(1)
    expect(await at([0.1, 0.2, 0.7])).toBe(2)
  })

  it('stops between windows when it is aborted', async () => {
    const controller = new AbortController()
    let calls = 0
    const predict = (windows: Float32Array) => {
      calls++
      controller.abort(new Error('enough'))
      return windows
    }
    await expect(slidingWindow(image, predict, { ...options, signal: controller.signal })).rejects.toThrow('enough')
    expect(calls).toBe(1)
  })

  it('says which sizes do not fit', async () => {
    await expect(slidingWindow({ ...image, size: [5, 6, 8] }, (w) => w, options)).rejects.toThrow(
      '210 voxels do not fill size [5,6,8]',
    )
    await expect(slidingWindow(image, (w) => w, { ...options, stride: [0, 1, 1] })).rejects.toThrow(
      'stride [0,1,1] is not three positive',
    )
    await expect(slidingWindow(image, () => new Float32Array(3), options)).rejects.toThrow(
      '3 scores came back for 1 windows of [4,4,8]',
    )
  })
})
