import { type ImageVolume, toTensorOrder } from '@dualseg/data'
import type { ScanImage } from './sliding-window'

/** The images of a case as windows are cut from them: voxel by voxel all channels. */
export function scanOf(image: ImageVolume, others: readonly ImageVolume[] = []): ScanImage {
  const { size, outside = 0 } = image
  if (others.length === 0) return { data: toTensorOrder(image), size, outside: [outside] }
  const all = [image, ...others]
  const data = new Float32Array(image.data.length * all.length)
  for (const [channel, one] of all.entries()) {
    const values = toTensorOrder(one)
    for (let i = 0, to = channel; i < values.length; i++, to += all.length) data[to] = values[i]!
  }
  return { data, size, outside: all.map((one) => one.outside ?? 0) }
}
