import { checkSize } from './check-masks.js'
import { found, metricsError } from './errors.js'
import type { LabelMap, MaskData } from './mask.js'

/** A byte a voxel, and 0 is background. */
const MAX_LABELS = 255

export interface LabelBytes {
  /** Prediction and reference in bytes of their own. */
  maps: readonly [Uint8Array, Uint8Array]
  /** The bytes of the labels asked for; undefined if all that are found are. */
  labels: number[] | undefined
  /** The label that a byte stands for. */
  labelOf(byte: number): number
}

/**
 * Two label maps as bytes: as they are where they hold bytes, otherwise with labels renumbered from 1.
 *
 * @throws DUALSEG_SHAPE, DUALSEG_VALUE for what is no label map, for labels that are no whole numbers from 0, for too many of them
 */
export function labelBytes(
  prediction: LabelMap,
  reference: LabelMap,
  asked: readonly number[] | undefined,
  where: string,
): LabelBytes {
  checkSize(prediction, `${where}: prediction`)
  checkSize(reference, `${where}: reference`)
  const wanted = asked === undefined ? undefined : checkAsked(asked, where)
  const [p, r] = [prediction.data, reference.data]
  if (isBytes(p) && isBytes(r) && (wanted ?? []).every((label) => label <= MAX_LABELS)) {
    return { maps: [new Uint8Array(p), new Uint8Array(r)], labels: wanted, labelOf: (byte) => byte }
  }
  const bytes = new Map((wanted ?? []).map((label, k) => [label, k + 1]))
  const renumber = (data: MaskData, which: string) => renumbered(data, bytes, wanted === undefined, `${where}: ${which}`)
  const maps = [renumber(p, 'prediction'), renumber(r, 'reference')] as const
  const values = [0, ...bytes.keys()]
  return { maps, labels: wanted?.map((label) => bytes.get(label)!), labelOf: (byte) => values[byte]! }
}

function isBytes(data: MaskData): data is Uint8Array | Uint8ClampedArray {
  return data instanceof Uint8Array || data instanceof Uint8ClampedArray
}

function checkAsked(labels: readonly number[], where: string): number[] {
  if (!Array.isArray(labels))
    throw metricsError('DUALSEG_VALUE', `${where}: labels is ${found(labels)}, expected an array of numbers`)
  const wrong = labels.findIndex((label) => !(Number.isInteger(label) && label > 0))
  if (wrong >= 0) {
    throw metricsError(
      'DUALSEG_VALUE',
      `${where}: labels [${labels.map(found)}]: ${found(labels[wrong])} is no whole number above 0 (0 is background)`,
    )
  }
  const distinct = [...new Set(labels)]
  if (distinct.length === 0) throw metricsError('DUALSEG_VALUE', `${where}: labels [] asks for nothing; leave it out for all`)
  if (distinct.length > MAX_LABELS) throw tooMany(where)
  return distinct
}

/** @param bytes by label; extended by labels that are met if `extend`, otherwise others become background */
function renumbered(data: MaskData, bytes: Map<number, number>, extend: boolean, where: string): Uint8Array {
  const result = new Uint8Array(data.length)
  let last = 0 // labels come in runs
  let byte = 0
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!
    if (value !== last) {
      if (!(Number.isInteger(value) && value >= 0)) {
        throw metricsError('DUALSEG_VALUE', `${where}: value ${value} at index ${i}; labels are whole numbers from 0`)
      }
      const known = value === 0 ? 0 : bytes.get(value)
      if (known === undefined && extend) {
        if (bytes.size === MAX_LABELS) throw tooMany(where)
        bytes.set(value, bytes.size + 1)
      }
      last = value
      byte = known ?? (extend ? bytes.size : 0)
    }
    result[i] = byte
  }
  return result
}

function tooMany(where: string): Error {
  return metricsError('DUALSEG_VALUE', `${where}: more than ${MAX_LABELS} different labels; name some in options.labels`)
}
