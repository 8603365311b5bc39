import { knownLabels, predictedLabels, withoutGradient } from '@dualseg/losses'
import { largestComponent } from '@dualseg/metrics'
import * as tf from '@tensorflow/tfjs-core'

/**
 * Pseudo labels of which only the largest connected component remains, class by class and sample by sample; what falls away becomes background.
 *
 * Source: BCP's scripts: of two classes those with a foreground probability of at least 0.5, so that a tie is foreground; of more the most likely one.
 *
 * @param logits [batch, x, y, z, classes]
 * @returns int32 [batch, x, y, z]; a constant
 */
export function componentLabels(logits: tf.Tensor5D): tf.Tensor4D {
  const [batch, nx, ny, nz, classes] = logits.shape
  const labels = withoutGradient(() => hardLabels(logits))
  const all = labels.dataSync() as Int32Array
  labels.dispose()
  const voxels = nx * ny * nz
  const kept = new Int32Array(all.length)
  for (let sample = 0; sample < batch; sample++) {
    for (let label = 1; label < classes; label++) {
      // A tensor has z fastest, a mask x: turned, so that of equal components the first in the tensor's order stays.
      const mask = new Uint8Array(voxels)
      eachVoxel(nx, ny, nz, (at, turned) => {
        mask[turned] = Number(all[sample * voxels + at] === label)
      })
      const { data } = largestComponent({ data: mask, size: [nx, ny, nz] }).mask
      eachVoxel(nx, ny, nz, (at, turned) => {
        if (data[turned] === 1) kept[sample * voxels + at] = label
      })
    }
  }
  return knownLabels(tf.tensor4d(kept, [batch, nx, ny, nz], 'int32'), classes - 1)
}

function hardLabels(logits: tf.Tensor5D): tf.Tensor4D {
  if (logits.shape[4] > 2) return predictedLabels(logits)
  // Of the logits: an engine's softmax of two equal ones may be a last bit below 0.5.
  const [background, foreground] = tf.unstack(logits, 4) as [tf.Tensor4D, tf.Tensor4D]
  return tf.cast(tf.greaterEqual<tf.Tensor4D>(foreground, background), 'int32')
}

function eachVoxel(nx: number, ny: number, nz: number, see: (at: number, turned: number) => void): void {
  for (let x = 0, at = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) for (let z = 0; z < nz; z++, at++) see(at, (z * ny + y) * nx + x)
  }
}
