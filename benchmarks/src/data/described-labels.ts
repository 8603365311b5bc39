import type { LabelClass } from '@dualseg/data'
import { z } from 'zod'

/** A label is a byte a voxel, and 0 is background. */
const MOST_CLASSES = 255

/** Of tables and files that have a class's name where these words stand for something else. */
const TAKEN_NAMES = ['background', 'mean']

const labelClass = z.strictObject({
  /** As in tables, files and on the command line. */
  name: z
    .string()
    .max(40)
    .regex(/^[\p{L}\p{N}](.*[\p{L}\p{N})])?$/u, 'a name begins and ends with a letter or a digit')
    .regex(/^[^",;|/\\\p{C}]*$/u, 'a name has no comma, semicolon, bar, slash, quotation mark or control character')
    .refine((name) => !TAKEN_NAMES.includes(name.toLowerCase()), `is none of ${TAKEN_NAMES.join(', ')}`),
  /** Values of the label files that are this class; predictions are written with the first of them. */
  values: z.array(z.int()).min(1),
})

/** What a description says of its labels: `labels` for one organ without a name, or `classes` (with `background`) for any number of them. */
export const labelFields = {
  /** Label values that are the organ, and those that are not and may occur besides 0. */
  labels: z
    .strictObject({ foreground: z.array(z.int()).min(1), background: z.array(z.int()).default([]) })
    .refine(
      ({ foreground, background }) => !foreground.includes(0) && !foreground.some((value) => background.includes(value)),
      'a value is foreground and background (0 always is)',
    )
    .optional(),
  /** In the order of tables; networks score background first. */
  classes: z.array(labelClass).min(1).max(MOST_CLASSES).optional(),
  /** Beside `classes`: values that are no class and may occur besides 0. */
  background: z.array(z.int()).optional(),
}

export interface DescribedLabels {
  readonly classes: readonly LabelClass[]
  readonly background: readonly number[]
  /** Where classes are named; `labels` leaves distances in voxels, as the papers have them. */
  readonly inMillimetres: boolean
}

interface Given {
  readonly labels?: { readonly foreground: readonly number[]; readonly background: readonly number[] } | undefined
  readonly classes?: readonly LabelClass[] | undefined
  readonly background?: readonly number[] | undefined
}

/** Classes and background however they were described, or what is wrong with them. */
export function labelsFrom({ labels, classes, background }: Given): DescribedLabels | string {
  if ((labels === undefined) === (classes === undefined))
    return "give either 'labels' (one organ) or 'classes' (any number, with names)"
  if (labels !== undefined) {
    if (background !== undefined) return "'background' belongs to 'classes'; beside 'labels' it is labels.background"
    return { classes: [{ name: 'foreground', values: labels.foreground }], background: labels.background, inMillimetres: false }
  }
  const names = classes!.map(({ name }) => name.toLowerCase())
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) return `classes: '${twice}' is the name of two classes`
  const owners = new Map([0, ...(background ?? [])].map((value) => [value, 'background']))
  for (const { name, values } of classes!) {
    for (const value of values) {
      const owner = owners.get(value)
      if (owner !== undefined)
        return `classes: value ${value} is of '${owner}' and of '${name}'; every value is of one class (0 is background)`
      owners.set(value, name)
    }
  }
  return { classes: classes!, background: background ?? [], inMillimetres: true }
}
