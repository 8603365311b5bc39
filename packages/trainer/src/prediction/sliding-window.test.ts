import { describe, expect, it } from 'vitest'
import { slidingWindow } from './sliding-window'
import { windowStarts } from './window-starts'

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

  it('gives the same bits as sums over the whole volume would', async () => {
    const long = { data: Float32Array.from({ length: 23 * 6 * 7 }, (_, i) => Math.sin(i)), size: [23, 6, 7] as const }
    const patch = [4, 4, 5] as const
    const stride = [3, 1, 2] as const
    const predict = (windows: Float32Array) => windows.map((v, i) => Math.abs(Math.sin(3 * v + (i % 80))))
    const { foreground } = await slidingWindow(long, predict, { ...options, patch, stride, batch: 2 })
    const sum = new Float32Array(long.data.length)
    const seen = new Float32Array(long.data.length)
    const [xs, ys, zs] = [0, 1, 2].map((axis) => windowStarts(long.size[axis]!, patch[axis]!, stride[axis]!).starts)
    for (const x of xs!) {
      for (const y of ys!) {
        for (const z of zs!) {
          const places = Array.from({ length: 80 }, (_, i) => [x + Math.floor(i / 20), y + (Math.floor(i / 5) % 4), z + (i % 5)])
          const at = places.map(([i, j, k]) => (i! * 6 + j!) * 7 + k!)
          const scores = predict(Float32Array.from(at, (i) => long.data[i]!))
          at.forEach((i, from) => {
            sum[i]! += scores[from]!
            seen[i]! += 1
          })
        }
      }
    }
    expect(foreground).toEqual(sum.map((value, i) => value / seen[i]!))
  })

  it('computes a batch of one constant once', async () => {
    const data = new Float32Array(12 * 4 * 4)
    data.fill(3, 0, 8 * 16)
    data.fill(7, 8 * 16)
    let calls = 0
    const predict = (windows: Float32Array) => {
      calls++
      return windows.map((v, i) => v / 10 + (i % 64) / 1000)
    }
    const window = { ...options, patch: [4, 4, 4] as const, stride: [1, 4, 4] as const }
    const { windows, foreground } = await slidingWindow({ data, size: [12, 4, 4] }, predict, window)
    // Of nine windows five see only the 3.
    expect([windows, calls]).toEqual([9, 5])
    expect(foreground[0]).toBeCloseTo(0.3, 6)
  })

  it('counts the middle of a window more under gaussian weighting', async () => {
    const line = { data: new Float32Array(12), size: [12, 1, 1] as const }
    const window = { ...options, patch: [8, 1, 1] as const, stride: [4, 1, 1] as const }
    const predict = () => Float32Array.from({ length: 8 }, (_, i) => i)
    const { foreground } = await slidingWindow(line, predict, { ...window, weighting: 'gaussian' })
    const weight = (i: number) => Math.exp(-0.5 * (i - 3.5) ** 2)
    for (let i = 0; i < 12; i++) {
      const seen = [i, i - 4].filter((at) => at >= 0 && at < 8)
      const expected = seen.reduce((sum, at) => sum + weight(at) * at, 0) / seen.reduce((sum, at) => sum + weight(at), 0)
      expect(foreground[i]).toBeCloseTo(expected, 5)
    }
  })

  it('tells how far it is', async () => {
    const told: number[][] = []
    const onProgress = (done: number, windows: number) => void told.push([done, windows])
    await slidingWindow(image, (w) => w, { ...options, batch: 3, onProgress })
    expect(told).toEqual([
      [3, 4],
      [4, 4],
    ])
  })

  it('says which sizes do not fit', async () => {
    await expect(slidingWindow({ ...image, size: [5, 6, 8] }, (w) => w, options)).rejects.toThrow(
      '210 voxels do not fill size [5,6,8]',
    )
    await expect(slidingWindow(image, (w) => w, { ...options, stride: [0, 1, 1] })).rejects.toThrow(
      'stride [0,1,1] is not three positive',
    )
    await expect(slidingWindow(image, (w) => w, { ...options, stride: [5, 1, 1] })).rejects.toThrow(
      'steps of [5,1,1] leave gaps between windows of [4,4,8]',
    )
    await expect(slidingWindow(image, () => new Float32Array(3), options)).rejects.toThrow(
      '3 scores came back for 1 windows of [4,4,8]',
    )
  })
})
