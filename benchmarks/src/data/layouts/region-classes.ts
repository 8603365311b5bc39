import type { LabelClass } from '@dualseg/data'
import { dualsegError } from '@dualseg/kernels'

/** Regions by name with the label values that they cover; they may overlap. */
export type Regions = Readonly<Record<string, readonly number[]>>

/**
 * Regions that overlap as classes that do not: values that are in the same regions are one class, named after the smallest of these.
 *
 * @returns for regions that do not overlap, each as it is
 * @throws DUALSEG_DATA for two regions with the same values
 */
export function classesOfRegions(regions: Regions, path: string): LabelClass[] {
  const sets = Object.entries(regions).map(([name, values]) => ({
    name,
    values: [...new Set(values)].filter((value) => value !== 0),
  }))
  const values = [...new Set(sets.flatMap((set) => set.values))]
  const classes = new Map<string, { name: string; values: number[] }>()
  for (const value of values) {
    const within = sets.filter((set) => set.values.includes(value)).sort((a, b) => a.values.length - b.values.length)
    const key = within.map(({ name }) => name).join('\n')
    const known = classes.get(key)
    if (known) known.values.push(value)
    else classes.set(key, { name: within[0]!.name, values: [value] })
  }
  const made = [...classes.values()]
  const twice = made.find(({ name }, index) => made.findIndex((other) => other.name === name) !== index)
  if (twice !== undefined) {
    throw dualsegError(
      'DUALSEG_DATA',
      `${path}: labels: the values of ${twice.name} lie in several other regions that cross each other; give every part a label of its own`,
    )
  }
  return made
}
