import { evaluateMask, largestComponent, type Mask, overlap, surfaceDistances } from '@dualseg/metrics'
import { Checks } from './checks'
import type { GroupResult } from './report'

/** A number, or `error: <class>` where the reference raised. */
type Figure = number | string

interface MetricsCase {
  name: string
  shape: number[]
  /** Bits in row-major order: the last axis is fastest. */
  prediction: string
  reference: string
  counts: [prediction: number, reference: number, intersection: number]
  surfaceVoxels?: [prediction: number, reference: number]
  /** Per spacing (null = voxel units) medpy's figures by name. */
  results: ({ spacing: number[] | null } & Record<string, Figure | number[] | null>)[]
  /** Dice, Jaccard, HD95, ASD as the evaluation scripts record them. */
  script?: Figure[] | string
  /** Dice and HD95 of SSL4MIS's validation. */
  ssl4misValidation?: Figure[] | string
}

interface ComponentCase {
  name: string
  shape: number[]
  mask: string
  kept: string
  components?: number
  keptVoxels?: number
}

interface MetricsKit {
  cases: MetricsCase[]
  largestComponent?: ComponentCase[]
}

/** Double arithmetic on both sides (the kit's README, section 10); a distance of 0 must be exactly 0. */
const RELATIVE_TOLERANCE = 1e-9

/** metrics.json: medpy's figures, the papers' rules for empty masks, the largest component. */
export async function runMetrics(kit: unknown): Promise<GroupResult[]> {
  const { cases, largestComponent: components = [] } = kit as MetricsKit
  const medpy = new Checks('metrics medpy')
  const script = new Checks('metrics script')
  const validation = new Checks('metrics ssl4misValidation')
  for (const entry of cases) {
    await attempt(medpy, entry.name, () => checkMedpy(medpy, entry))
    await attempt(script, entry.name, () => checkScript(script, entry))
    await attempt(validation, entry.name, () => checkValidation(validation, entry))
  }
  const largest = new Checks('metrics largestComponent')
  for (const entry of components) await attempt(largest, entry.name, async () => checkComponent(largest, entry))
  return [medpy, script, validation, largest].map((checks) => checks.result())
}

async function checkMedpy(checks: Checks, { name, results, counts, surfaceVoxels, ...entry }: MetricsCase): Promise<void> {
  const { prediction, reference } = masksOf(entry)
  const shared = overlap(prediction, reference)
  const ours = [shared.counts.prediction, shared.counts.reference, shared.counts.intersection]
  for (const [k, count] of counts.entries()) checks.same(name, `counts[${k}]`, ours[k]!, count)

  for (const { spacing, ...figures } of results) {
    const unit = spacing ?? 'voxel'
    const at = `${name}, spacing ${spacing === null ? 'none' : spacing.join(' ')}`
    // 'error': the reference has no policy for empty masks, it raises.
    const distances = await surfaceDistances(prediction, reference, { spacing: unit, empty: 'error' }).catch(
      (error: Error) => error,
    )
    const measured: Record<string, number> = { dc: shared.dice, jc: shared.jaccard }
    if (!(distances instanceof Error)) {
      const { hd, hd95, asd, asdReverse, assd, assdOfMeans } = distances
      Object.assign(measured, { hd, hd95, asd, asdReverse, assd, assdUpTo051: assdOfMeans })
      const surface = distances.surfacePoints
      if (surfaceVoxels) {
        checks.same(at, 'surfaceVoxels[0]', surface.prediction, surfaceVoxels[0])
        checks.same(at, 'surfaceVoxels[1]', surface.reference, surfaceVoxels[1])
      }
    }
    for (const [what, expected] of Object.entries(figures)) {
      compare(checks, at, what, measured[what] ?? distances, expected as Figure)
    }
  }
}

async function checkScript(checks: Checks, { name, script, ...entry }: MetricsCase): Promise<void> {
  if (script === undefined) return
  const { prediction, reference } = masksOf(entry)
  const ours = await evaluateMask(prediction, reference, { empty: 'zero', spacing: 'voxel' }).catch((error: Error) => error)
  for (const [k, what] of (['dice', 'jaccard', 'hd95', 'asd'] as const).entries()) {
    compare(checks, name, what, ours instanceof Error ? ours : ours[what], typeof script === 'string' ? script : script[k]!)
  }
}

async function checkValidation(checks: Checks, { name, ssl4misValidation: record, ...entry }: MetricsCase): Promise<void> {
  if (record === undefined) return
  const { prediction, reference } = masksOf(entry)
  const ours = await evaluateMask(prediction, reference, { empty: 'zero-either', spacing: 'voxel' }).catch(
    (error: Error) => error,
  )
  for (const [k, what] of (['dice', 'hd95'] as const).entries()) {
    compare(checks, name, what, ours instanceof Error ? ours : ours[what], typeof record === 'string' ? record : record[k]!)
  }
}

function checkComponent(checks: Checks, { name, shape, mask, kept, components, keptVoxels }: ComponentCase): void {
  const result = largestComponent(maskOf(shape, mask))
  if (kept.startsWith('error')) {
    // The references' function asserts that there is a component; ours says that there is none.
    checks.same(name, 'components', result.components, 0)
    return
  }
  if (components !== undefined) checks.same(name, 'components', result.components, components)
  if (keptVoxels !== undefined) checks.same(name, 'keptVoxels', result.voxels, keptVoxels)
  checks.same(name, 'kept', bitsOf(shape, result.mask), kept)
}

/** A figure against a number; `error: …` against a refusal of the masks. */
function compare(checks: Checks, name: string, what: string, got: unknown, expected: Figure): void {
  if (typeof expected === 'string') checks.same(name, what, isRefusal(got) ? 'error' : String(got), expected.replace(/:.*/, ''))
  else if (typeof got === 'number') checks.near(name, what, got, expected, RELATIVE_TOLERANCE * Math.abs(expected))
  else checks.same(name, what, got instanceof Error ? got.message : 'nothing', expected)
}

const isRefusal = (got: unknown): boolean => got instanceof Error && 'code' in got && got.code === 'DUALSEG_VALUE'

async function attempt(checks: Checks, name: string, check: () => Promise<void>): Promise<void> {
  try {
    await check()
  } catch (error) {
    checks.broke(name, error)
  }
}

const masksOf = ({ shape, prediction, reference }: Pick<MetricsCase, 'shape' | 'prediction' | 'reference'>) => ({
  prediction: maskOf(shape, prediction),
  reference: maskOf(shape, reference),
})

/** The kit's last axis is fastest, a mask's first. */
function maskOf(size: readonly number[], bits: string): Mask {
  const data = new Uint8Array(bits.length)
  for (const [row, place] of placesOf(size).entries()) data[place] = Number(bits[row])
  return { data, size }
}

function bitsOf(size: readonly number[], { data }: Mask): string {
  return placesOf(size)
    .map((place) => data[place])
    .join('')
}

/** For each voxel in row-major order its place in an x-fastest array. */
function placesOf(size: readonly number[]): number[] {
  const [nx, ny, nz = 1] = size as [number, number, number?]
  const places: number[] = []
  for (let x = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) for (let z = 0; z < nz; z++) places.push(x + nx * (y + ny * z))
  }
  return places
}
