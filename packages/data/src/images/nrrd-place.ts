import type { Refuse } from './image-header'
import { millimetresIn } from './text-header'

/** What turns the coordinates of a space into LPS; other spaces are not the patient's. */
const TO_LPS: Readonly<Record<string, readonly [number, number, number]>> = {
  'left-posterior-superior': [1, 1, 1],
  lps: [1, 1, 1],
  'right-anterior-superior': [-1, -1, 1],
  ras: [-1, -1, 1],
  'left-anterior-superior': [1, -1, 1],
  las: [1, -1, 1],
}

/** What a NRRD header says of space; what it leaves open is undefined. */
export interface NrrdPlace {
  steps: number[] | undefined
  axes: number[][] | undefined
  origin: number[] | undefined
}

/**
 * Where the axes of a NRRD file run, from `space`, `space directions` and `space origin`, or only how far apart its voxels are. Directions in a space without a
 * name, or in one that is not the patient's, do not say where the axes run.
 *
 * @param fields by their names in lower case
 */
export function nrrdPlace(fields: ReadonlyMap<string, string>, dimension: number, refuse: Refuse): NrrdPlace {
  const directions = fields.get('space directions')
  if (directions === undefined) return { steps: plainSteps(fields, refuse), axes: undefined, origin: undefined }
  const vectors = (directions.match(/none|\([^)]*\)/g) ?? []).map((vector) => {
    if (vector === 'none') throw refuse('has an axis without a direction in space (channels or time), expected one 3-D image')
    return numbers(vector)
  })
  if (vectors.length !== dimension || vectors.some((vector) => vector.length !== vectors[0]!.length))
    throw refuse(`has space directions «${directions}», expected ${dimension} vectors`)
  const inMillimetres = unitOf(fields.get('space units'), refuse)
  const steps = vectors.map((vector) => Math.hypot(...vector) * inMillimetres)
  const toLps = TO_LPS[fields.get('space')?.toLowerCase() ?? '']
  if (toLps === undefined) return { steps, axes: undefined, origin: undefined }
  if (vectors[0]!.length !== 3)
    throw refuse(`has space directions «${directions}» in ${fields.get('space')}, expected vectors of three`)
  const turned = (vector: readonly number[], scale: number) => vector.map((part, row) => part * toLps[row]! * scale)
  const begins = fields.get('space origin')
  return {
    steps,
    axes: vectors.map((vector, axis) => turned(vector, inMillimetres / steps[axis]!)),
    origin: begins === undefined ? undefined : turned(numbers(begins), inMillimetres),
  }
}

/** «nan» is how writers leave a spacing open. */
function plainSteps(fields: ReadonlyMap<string, string>, refuse: Refuse): number[] | undefined {
  const steps = fields.get('spacings')?.split(/\s+/).map(Number)
  if (steps === undefined || steps.every(Number.isNaN)) return undefined
  const inMillimetres = unitOf(fields.get('units'), refuse)
  return steps.map((step) => step * inMillimetres)
}

function unitOf(quoted: string | undefined, refuse: Refuse): number {
  const units = new Set((quoted?.match(/"[^"]*"/g) ?? []).map((unit) => millimetresIn(unit.slice(1, -1), refuse)))
  if (units.size > 1) throw refuse(`measures its axes in ${quoted}, expected one unit`)
  return [...units][0] ?? 1
}

function numbers(vector: string): number[] {
  return vector.replace(/[()]/g, '').split(',').map(Number)
}
