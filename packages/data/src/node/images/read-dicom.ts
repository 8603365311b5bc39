import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Volume } from '../../volume'
import { visibleNames } from '../visible-names'
import { arrangeSlices } from './dicom-series'
import { type DicomSlice, describeSlice } from './dicom-slice'
import { fileHead } from './file-head'
import { type Refuse, refusing } from './image-header'
import { fromItkImage } from './itk-image'
import { matchHeader } from './match-header'
import { optionalPackage } from './optional-package'

/** Reads the DICOM series of a folder; files of other kinds in it and names that begin with a dot are passed over, slices that make no regular grid are refused. */
export async function readDicomFolder(folder: string): Promise<Volume & { storedType: string }> {
  const refuse = refusing(folder)
  const slices: DicomSlice[] = []
  for (const name of visibleNames(folder)) {
    const slice = await readSlice(folder, name, refuse)
    if (slice) slices.push(slice)
  }
  const { files, size, spacing } = arrangeSlices(slices, refuse)
  const { readImageDicomFileSeriesNode } = await optionalPackage('@itk-wasm/dicom', () => import('@itk-wasm/dicom'))
  try {
    const { outputImage } = await readImageDicomFileSeriesNode({
      inputImages: files.map((file) => join(folder, file)),
      singleSortedSeries: true,
    })
    return { ...matchHeader(fromItkImage(outputImage, refuse), { size, spacing }, refuse), spacingUnit: 'mm' }
  } catch (error) {
    if ((error as { code?: string }).code === 'DUALSEG_DATA') throw error
    throw refuse(`ITK cannot read this series (${error instanceof Error ? error.message.trim() : error})`, error)
  }
}

/** @returns null for what is no DICOM image: another kind of file, a DICOMDIR */
async function readSlice(folder: string, name: string, refuse: Refuse): Promise<DicomSlice | null> {
  const path = join(folder, name)
  const head = await fileHead(path, 132).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EISDIR') return new Uint8Array()
    throw refuse(`cannot read ${name} (${error.code})`, error)
  })
  const isDicom = Buffer.from(head.subarray(128)).toString('latin1') === 'DICM'
  if (!isDicom && /\.dcm$/i.test(name)) throw refuse(`${name} is no DICOM file, or damaged; get it again or remove it`)
  if (!isDicom || name.toUpperCase() === 'DICOMDIR') return null
  const { default: parser } = await import('dicom-parser')
  const bytes = await readFile(path)
  try {
    return describeSlice(parser.parseDicom(bytes), name, refuse)
  } catch (error) {
    if ((error as { code?: string }).code === 'DUALSEG_DATA') throw error
    const said = typeof error === 'string' ? error : ((error as { exception?: string }).exception ?? (error as Error).message)
    throw refuse(`${name} is damaged or cut off (${said}); get it again`, error)
  }
}
