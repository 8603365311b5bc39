// Dice, HD95 and ASD of two typed arrays. The voxels are 0.8 x 0.8 x 2 mm, so the distances are in millimetres.
import { evaluateMask, overlap, surfaceDistances } from '@dualseg/metrics'

/** @type {[number, number, number]} */
const size = [20, 20, 10]

/** A ball as a mask, x fastest: voxel (x, y, z) stands at x + nx * (y + ny * z). */
function ball(/** @type {number} */ centreX, /** @type {number} */ radius) {
  const [nx, ny, nz] = size
  const data = new Uint8Array(nx * ny * nz)
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++) {
        const distance = Math.hypot(x - centreX, y - 10, 2.5 * (z - 5))
        data[x + nx * (y + ny * z)] = Number(distance <= radius)
      }
  return { data, size, spacing: [0.8, 0.8, 2] }
}

const prediction = ball(11, 6)
const reference = ball(9, 7)

const { dice, precision, recall } = overlap(prediction, reference)
console.log('Dice', dice.toFixed(4), 'precision', precision.toFixed(4), 'recall', recall.toFixed(4))

const { hd, hd95, asd, assd } = await surfaceDistances(prediction, reference)
console.log('HD', hd.toFixed(3), 'HD95', hd95.toFixed(3), 'ASD', asd.toFixed(3), 'ASSD', assd.toFixed(3), 'mm')

// An empty prediction has no surface. What it scores is yours to say; the papers say 0.
const empty = { ...prediction, data: new Uint8Array(prediction.data.length) }
const scores = await evaluateMask(empty, reference, { empty: 'zero' })
console.log('empty prediction: Dice', scores.dice, 'HD95', scores.hd95)
