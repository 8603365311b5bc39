import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FolderEntry, type FoundSeries, findSeries } from '../../images/find-series'
import { framesInOrder } from '../../images/frames-in-order'
import { type Refuse, refusing } from '../../images/image-header'
import { fromItkImage } from '../../images/itk-image'
import { withoutPipelineConsole } from '../../images/pipeline-console'
import type { Volume } from '../../volume'
import { fileError, fileTrouble } from '../file-error'
import { visibleNames } from '../visible-names'
import { optionalPackage } from './optional-package'

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
    return { ...volume, data: frames ? framesInOrder(volume.data, frames) : volume.data, spacingUnit: 'mm', notes }
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

/** The slices of a folder in their order, and the grid that they make. */
export function readSeries(folder: string, refuse: Refuse = refusing(folder)): Promise<FoundSeries> {
  return findSeries(entriesOf(folder, refuse), refuse)
}

async function* entriesOf(folder: string, refuse: Refuse): AsyncGenerator<FolderEntry> {
  for (const name of visibleNames(folder)) {
    const path = join(folder, name)
    const unread = (error: unknown) => {
      throw refuse(`${name} ${fileTrouble(error) ?? 'cannot be read'}`, error)
    }
    const isFolder = (await stat(path).catch(unread)).isDirectory()
    yield { name, isFolder, bytes: () => readFile(path).catch(unread) }
  }
}
