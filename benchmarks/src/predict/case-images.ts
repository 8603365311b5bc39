import { basename, dirname, join } from 'node:path'
import { countVolumes, imageFormatOf } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'

/** All images of a case, in the order of the run's channels. */
export interface CaseImages {
  /** The first file, for messages and for the name of what is written. */
  readonly path: string
  /** What the results are called after: the file without its channel's number. */
  readonly named: string
  readonly images: readonly { readonly path: string; readonly volume?: number }[]
  /** Why the case cannot be segmented. */
  readonly refused?: string
  /** What was understood in one of several ways. */
  readonly notes: readonly string[]
}

/** nnU-Net's name of a channel's file. */
const NUMBERED = /^(.*)_(\d{4})(\.nii\.gz|\.nii|\.nrrd|\.nhdr|\.mha|\.mhd)$/i

/**
 * Puts the images of each case together: `<case>_0000.nii.gz`, `<case>_0001.nii.gz` … as nnU-Net names them; a 4-D NIfTI file with a volume a channel; or, where there is
 * one case, its files in the order in which they were given.
 *
 * @param channels of the run; absent where it takes one image a case
 * @throws DUALSEG_USAGE if it cannot be told which files are of one case
 */
export async function caseImages(paths: readonly string[], channels: readonly string[] | undefined): Promise<CaseImages[]> {
  if (channels === undefined) return paths.map((path) => ({ path, named: path, images: [{ path }], notes: [] }))
  const cases: CaseImages[] = []
  const numbered = new Map<string, Map<number, string>>()
  const others: string[] = []
  for (const path of paths) {
    const [, name, number, ending] = NUMBERED.exec(basename(path)) ?? []
    if (name !== undefined) {
      const key = join(dirname(path), `${name}${ending}`)
      numbered.set(key, (numbered.get(key) ?? new Map<number, string>()).set(Number(number), path))
    } else if (isNifti(path) && (await volumesOf(path)) > 1) cases.push(await ofVolumes(path, channels))
    else others.push(path)
  }
  for (const [named, files] of numbered) cases.push(ofNumbers(named, files, channels))
  if (others.length === 0) return cases
  const order = channels.join(', ')
  if (others.length !== channels.length || cases.length > 0) {
    throw dualsegError(
      'DUALSEG_USAGE',
      `bench predict: the run takes ${channels.length} images a case (${order}), and ${others.length} of the files given do not say which they are, such as ${others[0]}; name them <case>_0000.nii.gz, <case>_0001.nii.gz …, or give those of one case alone, in this order`,
    )
  }
  const notes = others.map((path, index) => `${basename(path)} is taken for ${channels[index]}`)
  return [{ path: others[0]!, named: others[0]!, images: others.map((path) => ({ path })), notes }]
}

function ofNumbers(named: string, files: ReadonlyMap<number, string>, channels: readonly string[]): CaseImages {
  const path = [...files].sort(([a], [b]) => a - b)[0]![1]
  const missing = channels.flatMap((name, index) => (files.has(index) ? [] : [`${name} (${numberedName(named, index)})`]))
  const beyond = [...files.keys()].filter((number) => number >= channels.length).map((number) => basename(files.get(number)!))
  const refused =
    missing.length > 0
      ? `${missing.join(' and ')} is not there; the run takes ${channels.length} images a case: ${channels.join(', ')}`
      : beyond.length > 0
        ? `${beyond.join(', ')} is no image of the run's, which takes ${channels.length} a case: ${channels.join(', ')}`
        : undefined
  return {
    path,
    named,
    images: channels.flatMap((_, index) => (files.has(index) ? [{ path: files.get(index)! }] : [])),
    ...(refused !== undefined && { refused }),
    notes: [],
  }
}

async function ofVolumes(path: string, channels: readonly string[]): Promise<CaseImages> {
  const found = await volumesOf(path)
  return {
    path,
    named: path,
    images: channels.map((_, volume) => ({ path, volume })),
    ...(found !== channels.length && {
      refused: `it holds ${found} volumes, and the run takes ${channels.length} images a case: ${channels.join(', ')}`,
    }),
    notes: [],
  }
}

function numberedName(named: string, index: number): string {
  return basename(named).replace(/(\.nii\.gz|\.[^.]+)$/i, `_${String(index).padStart(4, '0')}$1`)
}

function isNifti(path: string): boolean {
  return imageFormatOf(path) === 'nifti'
}

/** What cannot be read is refused when it is. */
function volumesOf(path: string): Promise<number> {
  return countVolumes(path).catch(() => 1)
}
