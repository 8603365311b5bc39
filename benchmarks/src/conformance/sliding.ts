import { type PredictWindows, slidingWindow, windowStarts } from '@dualseg/trainer'
import { formulaImage, type ImageFormula } from './formula'
import { kitFile } from './kit'
import { type Comparison, type GroupResult, runCases, skippedGroup } from './report'

type Triple = readonly [number, number, number]

interface StartsRow {
  dim: number
  patch: number
  stride: number
  padLeft: number
  padRight: number
  starts: number[]
}

interface Coefficients {
  a: number
  b: number
  f: number
  g: number
  h: number
  k: number
  m: number
  q: number
}

interface SlidingResult {
  kind: string
  foregroundScore: { index: number[]; value: number[]; sum: number; min: number; max: number }
  labelRuns: number[]
  labelSum: number
}

interface SlidingCase {
  name: string
  shape: Triple
  patch: Triple
  strideXY: number
  strideZ: number
  windows: number
  imageCheck: { sum: number; first: number[] }
  results: SlidingResult[]
}

interface SlidingKit {
  windowStarts: StartsRow[]
  networks: { first: Coefficients[]; second: Coefficients[] }
  image: ImageFormula
  cases: SlidingCase[]
  ties?: Record<string, number>
}

/** How each of the references' inference functions scores windows and decides. */
const KINDS: Readonly<
  Record<string, { networks: ('first' | 'second')[]; scores: 'softmax' | 'sigmoid'; decide: 'argmax' | 'threshold' }>
> = {
  softmaxArgmax: { networks: ['first'], scores: 'softmax', decide: 'argmax' },
  softmaxMeanOfTwoArgmax: { networks: ['first', 'second'], scores: 'softmax', decide: 'argmax' },
  softmaxForegroundThreshold: { networks: ['first'], scores: 'softmax', decide: 'threshold' },
  sigmoidThreshold: { networks: ['first'], scores: 'sigmoid', decide: 'threshold' },
}

/** Scores are single precision in the references too. */
const SCORE_TOLERANCE = 5e-6

/** sliding.json: window positions, whole volumes with networks that are formulas, ties. */
export async function runSliding(kit: unknown): Promise<GroupResult[]> {
  const sliding = kitFile('sliding.json', kit, 'windowStarts', 'cases') as unknown as SlidingKit
  const results = [runStarts(sliding.windowStarts)]
  for (const entry of sliding.cases) {
    for (const result of entry.results) results.push(await runCase(sliding, entry, result))
  }
  if (sliding.ties !== undefined) results.push(await runTies(sliding.ties))
  return results
}

function runStarts(rows: StartsRow[]): GroupResult {
  return runCases(
    'sliding windowStarts',
    rows,
    ({ dim, patch, stride }) => `${dim} by ${patch}, stride ${stride}`,
    (row, compare) => {
      const got = windowStarts(row.dim, row.patch, row.stride)
      compare.number('padLeft', got.padLeft, row.padLeft, 0)
      compare.number('padRight', got.padRight, row.padRight, 0)
      compare.array('starts', got.starts, row.starts, 0)
    },
  )
}

async function runCase(kit: SlidingKit, entry: SlidingCase, result: SlidingResult): Promise<GroupResult> {
  const group = `sliding ${entry.name} ${result.kind}`
  const kind = KINDS[result.kind]
  if (kind === undefined) return skippedGroup(group, 'no inference of this kind is built')
  const { shape, patch, strideXY, strideZ } = entry
  const data = formulaImage(1, shape, kit.image)
  const predict = analyticNetworks(
    kind.networks.map((name) => kit.networks[name]),
    patch,
    kind.scores,
  )
  const options = {
    patch,
    stride: [strideXY, strideXY, strideZ] as const,
    channels: kind.scores === 'sigmoid' ? 1 : 2,
    decide: kind.decide,
  }
  const scored = await slidingWindow({ data, size: shape }, predict, { ...options, batch: 3 })
  return runCases(
    group,
    [result],
    () => entry.name,
    (expected, compare) => {
      const { foregroundScore: score } = expected
      compare.number('windows', scored.windows, entry.windows, 0)
      compare.number('image sum', sumOf(data), entry.imageCheck.sum, 1e-6 * data.length)
      compare.array(
        'score',
        score.index.map((at) => scored.foreground[at]!),
        score.value,
        SCORE_TOLERANCE,
      )
      compare.number('score sum', sumOf(scored.foreground), score.sum, SCORE_TOLERANCE * scored.foreground.length)
      compareLabels(compare, scored.label, expected)
    },
  )
}

function compareLabels(compare: Comparison, label: Uint8Array, { labelRuns, labelSum }: SlidingResult): void {
  const expected = labelRuns.flatMap((length, i) => new Array<number>(length).fill(i % 2))
  compare.array('label', label, expected, 0)
  compare.number('label sum', sumOf(label), labelSum, 0)
}

/** Two-class networks that are the kit's formula of patch-local coordinates and intensity; the mean of their scores. */
function analyticNetworks(networks: Coefficients[][], patch: Triple, scores: 'softmax' | 'sigmoid'): PredictWindows {
  const [px, py, pz] = patch
  return (windows, count) => {
    const voxels = px * py * pz
    const channels = scores === 'sigmoid' ? 1 : 2
    const out = new Float32Array(count * voxels * channels)
    for (let at = 0; at < count * voxels; at++) {
      const inPatch = at % voxels
      const [x, y, z] = [Math.floor(inPatch / (py * pz)), Math.floor(inPatch / pz) % py, inPatch % pz]
      for (const network of networks) {
        const [background, foreground] = network.map(({ a, b, f, g, h, k, m, q }) =>
          Math.fround(a * windows[at]! + b * Math.sin(f * x + g * y + h * z) + k * z + m * x * y + q),
        ) as [number, number]
        if (scores === 'sigmoid') {
          out[at]! += 1 / (1 + Math.exp(-foreground))
        } else {
          const share = 1 / (1 + Math.exp(background - foreground))
          out[2 * at]! += Math.fround(1 - share)
          out[2 * at + 1]! += Math.fround(share)
        }
      }
    }
    return out.map((value) => value / networks.length)
  }
}

/** Equal scores, and a logit of exactly zero, are background. */
async function runTies(ties: Record<string, number>): Promise<GroupResult> {
  const one = { data: new Float32Array(1), size: [1, 1, 1] as const }
  const window = { patch: [1, 1, 1] as const, stride: [1, 1, 1] as const }
  const got: Record<string, number | undefined> = {
    argmaxOfEqualScores: (await slidingWindow(one, () => Float32Array.of(0.5, 0.5), { ...window, channels: 2, decide: 'argmax' }))
      .label[0],
    sigmoidOfZeroLogit: (await slidingWindow(one, () => Float32Array.of(0.5), { ...window, channels: 1, decide: 'threshold' }))
      .label[0],
  }
  return runCases(
    'sliding ties',
    Object.entries(ties),
    ([name]) => name,
    ([name, expected], compare) => compare.number('label', got[name] ?? Number.NaN, expected, 0),
  )
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum
}
