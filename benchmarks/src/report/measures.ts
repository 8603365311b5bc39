/** What is reported of a case; distances in the unit of its comparison, see {@link measuresIn}. */
export const MEASURES = [
  { name: 'dice', title: 'Dice', better: 'higher', digits: 3, isDistance: false },
  { name: 'jaccard', title: 'Jaccard', better: 'higher', digits: 3, isDistance: false },
  { name: 'hd95', title: 'HD95', better: 'lower', digits: 2, isDistance: true },
  { name: 'asd', title: 'ASD', better: 'lower', digits: 2, isDistance: true },
] as const

export type MeasureName = (typeof MEASURES)[number]['name']

export interface Measure {
  readonly name: MeasureName
  readonly title: string
  readonly better: 'higher' | 'lower'
  readonly digits: number
  readonly isDistance: boolean
}

/** Voxels of the original grid, or mm where a run's settings say so. */
export type DistanceUnit = 'voxels' | 'mm'

/** The unit that runs of the same settings have. */
export function distanceUnitOf({ distanceUnit }: { readonly distanceUnit?: 'mm' | undefined }): DistanceUnit {
  return distanceUnit === 'mm' ? 'mm' : 'voxels'
}

/** The measures with the unit of distances in their titles. */
export function measuresIn(unit: DistanceUnit): readonly Measure[] {
  return MEASURES.map((measure) => (measure.isDistance ? { ...measure, title: `${measure.title} (${unit})` } : measure))
}

/** A value with the measure's digits; a true minus sign, which a column of figures needs. */
export function figure(value: number, digits: number): string {
  return (Object.is(Math.round(value * 10 ** digits), -0) ? 0 : value).toFixed(digits).replace('-', '−')
}

/** The same with its sign, for differences. */
export function signed(value: number, digits: number): string {
  const text = figure(value, digits)
  return text.startsWith('−') || Number(text) === 0 ? text : `+${text}`
}

/** `0.004`, `< 0.001`. */
export function pText(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3)
}
