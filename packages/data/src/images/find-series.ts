import { type DicomFile, openDicomFile } from './dicom-file'
import { arrangeSlices, type DicomSeries } from './dicom-series'
import { type DicomSlice, describeSlices } from './dicom-slice'
import { imageFormatOf } from './image-format'
import type { Refuse } from './image-header'

/** A series, and the files of its folder that are none of it. */
export interface FoundSeries extends DicomSeries {
  notes: string[]
  /** Whole DICOM files of slices that were stored without their beginning. */
  completed: ReadonlyMap<string, Uint8Array>
}

/** What lies in a folder. */
export interface FolderEntry {
  readonly name: string
  readonly isFolder: boolean
  /** Of a file. @throws what refuses it */
  bytes(): Promise<Uint8Array>
}

/** The slices of a folder in their order, and the grid that they make; files of other kinds are left out, and named. */
export async function findSeries(
  entries: AsyncIterable<FolderEntry> | Iterable<FolderEntry>,
  refuse: Refuse,
): Promise<FoundSeries> {
  const slices: DicomSlice[] = []
  const leftOut: string[] = []
  const names: string[] = []
  const completed = new Map<string, Uint8Array>()
  for await (const { name, isFolder, bytes } of entries) {
    names.push(name)
    if (isFolder) leftOut.push(`${name} (a folder)`)
    else if (name.toUpperCase() === 'DICOMDIR') leftOut.push(`${name} (a list of files)`)
    else {
      const file = await open(await bytes(), name, refuse)
      if (file === null) leftOut.push(`${name} (no DICOM file)`)
      else {
        slices.push(...describeSlices(file.dataSet, name, refuse))
        if (file.completed) completed.set(name, file.completed)
      }
    }
  }
  const images = names.filter((name) => imageFormatOf(name) !== null)
  if (slices.length === 0 && images.length > 0)
    throw refuse(`is a folder with image files, such as ${images[0]}, expected one DICOM series; give one of its files`)
  const folders = leftOut.filter((one) => one.endsWith(' (a folder)')).map((one) => one.replace(/ \(a folder\)$/, ''))
  if (slices.length === 0 && folders.length > 0)
    throw refuse(
      `holds no image file and no DICOM slice, but folders (${folders.slice(0, 5).join(', ')}${folders.length > 5 ? ', …' : ''}); name the one of the scans`,
    )
  const notes = leftOut.length > 0 ? [`holds files that are no slices and were left out: ${leftOut.join(', ')}`] : []
  return { ...arrangeSlices(slices, refuse), notes, completed }
}

/** @returns null for what is no DICOM file and does not claim to be one by its name */
async function open(bytes: Uint8Array, name: string, refuse: Refuse): Promise<DicomFile | null> {
  try {
    const file = await openDicomFile(bytes)
    if (file === null && /\.(dcm|dicom|ima)$/i.test(name))
      throw refuse(`${name} is no DICOM file, or damaged; get it again or remove it`)
    return file
  } catch (error) {
    if ((error as { code?: string }).code === 'DUALSEG_DATA') throw error
    const said = typeof error === 'string' ? error : ((error as { exception?: string }).exception ?? (error as Error).message)
    throw refuse(`${name} is damaged or cut off (${said}); get it again`, error)
  }
}
