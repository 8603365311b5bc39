import type { DataSet } from 'dicom-parser'
import type { Refuse } from './image-header'

/** What a slice says of itself; vectors are LPS, in mm. */
export interface DicomSlice {
  file: string
  /** Of a file with several, from 0. */
  frame?: number
  seriesUid: string
  seriesName: string
  rows: number
  columns: number
  /** Steps between rows and between columns. */
  pixelSpacing: [number, number]
  /** Directions of a row and of a column. */
  orientation: number[]
  position: number[]
  /** Slope and intercept, as text. */
  rescale: string
}

const TAG = {
  seriesDescription: 'x0008103e',
  seriesUid: 'x0020000e',
  position: 'x00200032',
  orientation: 'x00200037',
  samples: 'x00280002',
  frames: 'x00280008',
  rows: 'x00280010',
  columns: 'x00280011',
  pixelSpacing: 'x00280030',
  bits: 'x00280100',
  intercept: 'x00281052',
  slope: 'x00281053',
  shared: 'x52009229',
  perFrame: 'x52009230',
  pixels: 'x7fe00010',
}

/** Sequences of functional groups. */
const GROUP = { measures: 'x00289110', plane: 'x00209116', place: 'x00209113', transformation: 'x00289145' }

/**
 * The geometry of a file's slices, with its pixels known to be all there: of an ordinary file one, of one with several frames one a frame, in the order of the frames.
 *
 * Source: DICOM PS3.3, C.7.6.2 (Image Plane Module) and C.7.6.16 (Multi-frame Functional Groups).
 */
export function describeSlices(dataSet: DataSet, file: string, refuse: Refuse): DicomSlice[] {
  const text = (tag: string) => dataSet.string(tag) ?? ''
  const rows = dataSet.uint16(TAG.rows) ?? 0
  const columns = dataSet.uint16(TAG.columns) ?? 0
  const pixels = dataSet.elements[TAG.pixels]
  if (!pixels || rows < 1 || columns < 1) throw refuse(`${file} has no pixels; keep only the slices of one series in the folder`)
  const samples = dataSet.uint16(TAG.samples) ?? 1
  if (samples !== 1) throw refuse(`${file} has ${samples} samples a pixel, expected one (no colours)`)
  const frames = Number(text(TAG.frames) || 1)
  const bytes = (frames * rows * columns * (dataSet.uint16(TAG.bits) ?? 16)) / 8
  const isCutOff = pixels.encapsulatedPixelData ? dataSet.warnings.length > 0 : pixels.length < bytes
  if (isCutOff) throw refuse(`${file} is cut off within its pixels; get it again`)
  const ofFile = { file, seriesUid: text(TAG.seriesUid), seriesName: text(TAG.seriesDescription), rows, columns }
  if (frames === 1 && dataSet.elements[TAG.perFrame] === undefined)
    return [{ ...ofFile, ...placeOf(() => dataSet, file, refuse) }]
  const own = dataSet.elements[TAG.perFrame]?.items ?? []
  const shared = dataSet.elements[TAG.shared]?.items?.[0]?.dataSet
  if (own.length !== frames)
    throw refuse(
      `${file} holds ${frames} frames and says of ${own.length} where they lie; convert it into a classic series, for example with dcm2niix`,
    )
  return own.map((item, frame) => {
    const groupOf = (sequence: string) =>
      [item.dataSet, shared].map((groups) => groups?.elements[sequence]?.items?.[0]?.dataSet).find((group) => group !== undefined)
    return { ...ofFile, frame, ...placeOf(groupOf, `${file}, frame ${frame + 1}`, refuse) }
  })
}

/** @param groupOf what holds the attributes of a functional group, named by its sequence */
function placeOf(
  groupOf: (sequence: string) => DataSet | undefined,
  who: string,
  refuse: Refuse,
): Pick<DicomSlice, 'pixelSpacing' | 'orientation' | 'position' | 'rescale'> {
  const text = (sequence: string, tag: string) => groupOf(sequence)?.string(tag) ?? ''
  const numbers = (sequence: string, tag: string, count: number, name: string) => {
    const given = text(sequence, tag)
    const values = given.split('\\').map(Number.parseFloat)
    if (values.length !== count || !values.every(Number.isFinite))
      throw refuse(`${who} has ${name} «${given}», expected ${count} numbers`)
    return values
  }
  const { measures, plane, place, transformation } = GROUP
  return {
    pixelSpacing: numbers(measures, TAG.pixelSpacing, 2, 'PixelSpacing') as [number, number],
    orientation: numbers(plane, TAG.orientation, 6, 'ImageOrientationPatient'),
    position: numbers(place, TAG.position, 3, 'ImagePositionPatient'),
    rescale: `${text(transformation, TAG.slope) || '1'}/${text(transformation, TAG.intercept) || '0'}`,
  }
}
