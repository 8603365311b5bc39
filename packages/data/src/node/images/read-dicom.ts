import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emptyLike } from '../../tensor-order'
import type { Volume, VoxelArray } from '../../volume'
import { fileError, fileTrouble } from '../file-error'
import { visibleNames } from '../visible-names'
import { type DicomFile, openDicomFile } from './dicom-file'
import { arrangeSlices, type DicomSeries } from './dicom-series'
import { type DicomSlice, describeSlices } from './dicom-slice'
import { imageFormatOf } from './image-format'
import { type Refuse, refusing } from './image-header'
import { fromItkImage } from './itk-image'
import { optionalPackage } from './optional-package'
import { withoutPipelineConsole } from './pipeline-console'

/** A series, and the files of its folder that are none of it. */
export interface FoundSeries extends DicomSeries {
  notes: string[]
  /** Whole DICOM files of slices that were stored without their beginning. */
  completed: ReadonlyMap<string, Uint8Array>
}

/** Reads the DICOM series of a folder; slices that make no regular grid are refused. */
export async function readDicomFolder(folder: string, refuse: Refuse): Promise<Volume & { storedType: string; notes: string[] }> {
  const { files, frames, grid, notes, completed } = await readSeries(folder, refuse)
  const { readImageDicomFileSeriesNode } = await optionalPackage('@itk-wasm/dicom', () => import('@itk-wasm/dicom'))
  const copies = completed.size > 0 ? await mkdtemp(join(tmpdir(), 'dualseg-dicom-')) : undefined
  try {
    for (const [file, bytes] of completed) await writeFile(join(copies!, file), bytes)
    const inputImages = files.map((file) => join(completed.has(file) ? copies! : folder, file))
    const { outputImage } = await withoutPipelineConsole(() =>
      readImageDicomFileSeriesNode({ inputImages, singleSortedSeries: true }),
    )
    // Of frames GDCM tells the place of the first and how they are stored; where each lies was read from the header.
    const placed = frames
      ? { ...outputImage, spacing: grid.spacing, origin: grid.origin!, direction: Float64Array.from(grid.direction!) }
      : outputImage
    const volume = fromItkImage(placed, grid, refuse)
    return { ...volume, data: frames ? inOrder(volume.data, frames) : volume.data, spacingUnit: 'mm', notes }
  } catch (error) {
    if ((error as { code?: string }).code === 'DUALSEG_DATA') throw error
    // Of the copies, or of a slice that went away meanwhile.
    if (fileTrouble(error) !== undefined) throw fileError(error)
    const said = error instanceof Error ? error.message.trim() : `no reason but the number ${error}`
    throw refuse(`ITK cannot read this series (${said}); convert it, for example with dcm2niix`, error)
  } finally {
    if (copies !== undefined) await rm(copies, { recursive: true, force: true })
  }
}

/** GDCM gives frames as they are stored, wherever they lie. */
function inOrder<T extends VoxelArray>(data: T, frames: readonly number[]): T {
  const plane = data.length / frames.length
  const ordered = emptyLike(data, data.length, false)
  for (const [z, frame] of frames.entries()) ordered.set(data.subarray(frame * plane, (frame + 1) * plane) as never, z * plane)
  return ordered
}

/** The slices of a folder in their order, and the grid that they make; files of other kinds are left out, and named. */
export async function readSeries(folder: string, refuse: Refuse = refusing(folder)): Promise<FoundSeries> {
  const slices: DicomSlice[] = []
  const leftOut: string[] = []
  const completed = new Map<string, Uint8Array>()
  const names = visibleNames(folder)
  for (const name of names) {
    const path = join(folder, name)
    const unread = (error: unknown) => {
      throw refuse(`${name} ${fileTrouble(error) ?? 'cannot be read'}`, error)
    }
    if ((await stat(path).catch(unread)).isDirectory()) leftOut.push(`${name} (a folder)`)
    else if (name.toUpperCase() === 'DICOMDIR') leftOut.push(`${name} (a list of files)`)
    else {
      const bytes = await readFile(path).catch(unread)
      const file = await open(bytes, name, refuse)
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
