// Writes toy volumes in a format of one's own, so that the example has something to read: balls in noise.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { random } from '@dualseg/kernels/random'

/** @param {string} folder */
export async function makeVolumes(folder) {
  const size = /** @type {const} */ ([24, 24, 20])
  await mkdir(folder, { recursive: true })
  for (let patient = 0; patient < 8; patient++) {
    const stream = random(1, 'toy volume', patient, 0)
    const image = stream.fillNormal(new Float32Array(size[0] * size[1] * size[2]), 0, 0.3)
    const label = new Uint8Array(image.length)
    const [cx, cy, cz] = [stream.integer(8, 16), stream.integer(8, 16), stream.integer(7, 13)]
    for (let z = 0, i = 0; z < size[2]; z++)
      for (let y = 0; y < size[1]; y++)
        for (let x = 0; x < size[0]; x++, i++) {
          if ((x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2 > 36) continue
          label[i] = 1
          image[i] = (image[i] ?? 0) + 1.5
        }
    const id = `patient${patient}`
    await writeFile(join(folder, `${id}.json`), JSON.stringify({ size, spacing: [1, 1, 1.2] }))
    await writeFile(join(folder, `${id}.image.f32`), image)
    await writeFile(join(folder, `${id}.label.u8`), label)
  }
}
