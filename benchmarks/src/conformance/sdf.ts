import { euclideanDistance, innerBoundary, signedDistanceMap } from '@dualseg/losses'
import { kitBits, kitFile, kitNumber, kitNumbers } from './kit'
import { type GroupResult, runCases, skippedGroup } from './report'
import { doubleTolerance, SIGNED_DISTANCE_TOLERANCE } from './tolerance'

interface SdfCase {
  name: string
  shape: [number, number, number]
  label: string
  sdf: unknown[]
  sum?: unknown
  maxInside?: unknown
  maxOutside?: unknown
  boundary?: string
}

interface SdfBatch {
  shape: [number, number, number, number]
  outputShape: [number, number, number, number]
  labels: string
  sdf: unknown[]
}

/** Checks `sdf.json`: signed distance targets of single labels and of a batch. */
export async function runSdf(kit: unknown): Promise<GroupResult[]> {
  const file = kitFile('sdf.json', kit, 'cases')
  return Object.entries(file)
    .filter(([group]) => group !== 'meta')
    .map(([group, content]) => {
      if (group === 'cases') return runSingles(content as SdfCase[])
      if (group === 'batch') return runBatch(content as SdfBatch)
      return skippedGroup(`sdf ${group}`, 'unknown group')
    })
}

function runSingles(cases: SdfCase[]): GroupResult {
  return runCases(
    'sdf cases',
    cases,
    ({ name }) => name,
    (testCase, compare) => {
      const label = kitBits(testCase.label)
      const map = signedDistanceMap(label, testCase.shape)
      compare.array('sdf', map, kitNumbers(testCase.sdf), SIGNED_DISTANCE_TOLERANCE)
      if (testCase.sum !== undefined) {
        const sum = map.reduce((total, value) => total + value, 0)
        compare.number('sum', sum, kitNumber(testCase.sum), SIGNED_DISTANCE_TOLERANCE * map.length)
      }
      const farthest = (name: string, target: Uint8Array, expected: unknown) => {
        if (expected === undefined) return
        const most = euclideanDistance(target, testCase.shape).reduce((a, b) => Math.max(a, b), 0)
        compare.number(name, most, kitNumber(expected), doubleTolerance(kitNumber(expected)))
      }
      farthest(
        'maxInside',
        label.map((value) => 1 - value),
        testCase.maxInside,
      )
      farthest('maxOutside', label, testCase.maxOutside)
      if (testCase.boundary !== undefined)
        compare.array('boundary', innerBoundary(label, testCase.shape), kitBits(testCase.boundary), 0)
    },
  )
}

function runBatch(batch: SdfBatch): GroupResult {
  return runCases(
    'sdf batch',
    [batch],
    () => 'batch',
    ({ labels, shape, outputShape, sdf }, compare) => {
      const [, nx, ny, nz] = shape
      const voxels = nx * ny * nz
      const bits = kitBits(labels)
      const maps = Array.from({ length: outputShape[0] }, (_, sample) => [
        ...signedDistanceMap(bits.subarray(sample * voxels, (sample + 1) * voxels), [nx, ny, nz]),
      ])
      compare.array('sdf', maps.flat(), kitNumbers(sdf), SIGNED_DISTANCE_TOLERANCE)
    },
  )
}
