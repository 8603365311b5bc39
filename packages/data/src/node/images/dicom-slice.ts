import type { DataSet } from 'dicom-parser'
import type { Refuse } from './image-header'

/** What a slice says of itself; vectors are LPS, in mm. */
export interface DicomSlice {
  file: string
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
  pixels: 'x7fe00010',
}

/**
 * The geometry of one slice, with its pixels known to be all there.
 *
 * Source: DICOM PS3.3, C.7.6.2 (Image Plane Module).
 */
export function describeSlice(dataSet: DataSet, file: string, refuse: Refuse): DicomSlice {
  const text = (tag: string) => dataSet.string(tag) ?? ''
  const numbers = (tag: string, count: number, name: string) => {
    const values = text(tag).split('\\').map(Number.parseFloat)
    if (values.length !== count || !values.every(Number.isFinite))
      throw refuse(`${file} has ${name} «${text(tag)}», expected ${count} numbers`)
    return values
  }
  const rows = dataSet.uint16(TAG.rows) ?? 0
  const columns = dataSet.uint16(TAG.columns) ?? 0
  const pixels = dataSet.elements[TAG.pixels]
  if (!pixels || rows < 1 || columns < 1) throw refuse(`${file} has no pixels; keep only the slices of one series in the folder`)
  const samples = dataSet.uint16(TAG.samples) ?? 1
  if (samples !== 1) throw refuse(`${file} has ${samples} samples a pixel, expected one (no colours)`)
  if (Number(text(TAG.frames) || 1) !== 1)
    throw refuse(`${file} holds ${text(TAG.frames)} frames, expected a file a slice; convert it into a classic series`)
  const bytes = (rows * columns * (dataSet.uint16(TAG.bits) ?? 16)) / 8
  const isCutOff = pixels.encapsulatedPixelData ? dataSet.warnings.length > 0 : pixels.length < bytes
  if (isCutOff) throw refuse(`${file} is cut off within its pixels; get it again`)
  return {
    file,
    seriesUid: text(TAG.seriesUid),
    seriesName: text(TAG.seriesDescription),
    rows,
    columns,
    pixelSpacing: numbers(TAG.pixelSpacing, 2, 'PixelSpacing') as [number, number],
    orientation: numbers(TAG.orientation, 6, 'ImageOrientationPatient'),
    position: numbers(TAG.position, 3, 'ImagePositionPatient'),
    rescale: `${text(TAG.slope) || '1'}/${text(TAG.intercept) || '0'}`,
  }
}
