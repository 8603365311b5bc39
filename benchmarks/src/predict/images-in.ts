import { statSync } from 'node:fs'
import { join } from 'node:path'
import { imageFormatOf, visibleNames } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import { writtenByPredict } from './prediction-record'

/**
 * The images that were meant: a file, a folder with a DICOM series, or a folder with image files or with a folder a case. What `bench predict` itself wrote
 * is no image.
 *
 * @throws DUALSEG_USAGE for a folder with image files and others that look like a series
 */
export function imagesIn(paths: readonly string[]): string[] {
  return paths.flatMap((path) => (isFolder(path) ? imagesOf(path, true) : [path]))
}

function imagesOf(folder: string, mayGoDown: boolean): string[] {
  const names = visibleNames(folder).sort()
  const written = writtenByPredict(folder)
  const images = names.filter((name) => imageFormatOf(name) !== null && !isFolder(join(folder, name)) && !written.has(name))
  if (images.length > 0) {
    const slices = names.filter((name) => /\.(dcm|ima)$/i.test(name))
    if (slices.length > 0) {
      throw dualsegError(
        'DUALSEG_USAGE',
        `bench predict: ${folder} holds image files (${images[0]}) and DICOM slices (${slices[0]}); give each a folder of its own`,
      )
    }
    return images.map((name) => join(folder, name))
  }
  const folders = names.map((name) => join(folder, name)).filter(isFolder)
  // Slices need no ending: a folder of files is a series.
  if (folders.length === 0 || folders.length < names.length || !mayGoDown) return [folder]
  return folders.flatMap((below) => imagesOf(below, false))
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
