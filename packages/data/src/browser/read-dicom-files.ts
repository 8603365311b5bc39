import { dataError } from '../data-error'
import { findSeries } from '../images/find-series'
import { framesInOrder } from '../images/frames-in-order'
import { refusing } from '../images/image-header'
import { fromItkImage } from '../images/itk-image'
import { withoutPipelineConsole } from '../images/pipeline-console'
import type { ChosenVolume } from './read-image-files'

const PIPELINE = 'read-image-dicom-file-series'

/** Reads the slices of one series; ITK decodes them on the thread that asks. */
export async function readDicomFiles(files: readonly File[], pipelinesBaseUrl: string | undefined): Promise<ChosenVolume> {
  const [first] = files
  if (first === undefined) throw dataError('no file was chosen; choose an image, or the files of a DICOM series')
  const folder = folderOf(first)
  const refuse = refusing(folder ?? first.name)
  const bytesOf = async (file: File) => new Uint8Array(await file.arrayBuffer())
  const inOrderOfNames = [...files].sort((a, b) => (a.name < b.name ? -1 : 1))
  const entries = inOrderOfNames.map((file) => ({ name: file.name, isFolder: false, bytes: () => bytesOf(file) }))
  const series = await findSeries(entries, refuse)
  const { frames, grid, notes, completed } = series
  if (pipelinesBaseUrl === undefined)
    throw dataError('readImageFiles: DICOM series need pipelinesBaseUrl, where the page serves dist/pipelines of @itk-wasm/dicom')
  const named = new Map(files.map((file) => [file.name, file]))
  const slices = await Promise.all(
    series.files.map(async (path) => ({ path, data: completed.get(path) ?? (await bytesOf(named.get(path)!)) })),
  )
  const { outputImage, said } = await decode(slices, pipelinesBaseUrl).catch((error: unknown) => {
    throw refuse(`ITK cannot read this series (${wordsOf(error)}); convert it, for example with dcm2niix`, error)
  })
  if (outputImage === undefined) throw refuse(`ITK cannot read this series (${said}); convert it, for example with dcm2niix`)
  // Of frames GDCM tells the place of the first and how they are stored; where each lies was read from the header.
  const placed = frames
    ? { ...outputImage, spacing: grid.spacing, origin: grid.origin!, direction: Float64Array.from(grid.direction!) }
    : outputImage
  const volume = fromItkImage(placed, grid, refuse)
  return {
    ...volume,
    name: folder ?? series.files[0]!,
    format: 'dicom',
    data: frames ? framesInOrder(volume.data, frames) : volume.data,
    spacingUnit: 'mm',
    notes,
  }
}

async function decode(slices: readonly { path: string; data: Uint8Array }[], pipelineBaseUrl: string) {
  const { InterfaceTypes, runPipeline } = await import('itk-wasm')
  const { outputs, stderr } = await withoutPipelineConsole(() =>
    runPipeline(
      PIPELINE,
      ['0', '1', '--memory-io', '--input-images', ...slices.map(({ path }) => path), '--single-sorted-series'],
      [{ type: InterfaceTypes.Image }, { type: InterfaceTypes.JsonCompatible }],
      slices.map((data) => ({ type: InterfaceTypes.BinaryFile, data })),
      { pipelineBaseUrl, webWorker: false },
    ),
  )
  return { outputImage: outputs[0]?.data as import('itk-wasm').Image | undefined, said: stderr.trim() }
}

/** The folder that was dropped or chosen, where the browser says it. */
function folderOf({ webkitRelativePath = '' }: File): string | undefined {
  return webkitRelativePath.split('/').at(-2)
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message.trim() : `no reason but the number ${error}`
}
