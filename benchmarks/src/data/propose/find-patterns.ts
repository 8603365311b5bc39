import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { imageFormatOf } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import { writtenByPredict } from '../../predict/prediction-record'

/** Paths of images and labels with `{case}` in the place of the case's name. */
export interface FilePatterns {
  readonly image: string
  readonly label: string
  /** Where cases have several images: what each shows by its name, the first of them `image`. */
  readonly kinds?: readonly ImageKind[]
}

export interface ImageKind {
  readonly name: string
  readonly image: string
}

/** A word of a path that says that it leads to labels. */
const LABEL_WORD = /label|mask|seg|annot|contour|(^|[^a-z])gt([^a-z]|$)/i

/** A case in a folder of its own, in a folder of images or of labels, or beside others. */
const DEEPEST = 2
/** More are cases, and no kinds of images. */
const MOST_KINDS = 8

/**
 * Tells from names alone which files of a folder are scans and which are labels, and what of their names is the case's.
 *
 * @throws DUALSEG_DATA if no scan is found, or none that a label is named alike
 */
export function findPatterns(folder: string): FilePatterns {
  const files = imageFiles(folder, folder, DEEPEST)
  const labels = files.filter((file) => LABEL_WORD.test(file))
  const images = files.filter((file) => !LABEL_WORD.test(file))
  if (images.length === 0)
    throw unclear(folder, `no scan is found (of ${files.length} image files, ${labels.length} look like labels)`)
  if (labels.length === 0)
    throw unclear(folder, `${images.length} scans and no label are found: none has label, mask or seg in its path`)
  for (const image of patternsOf(images)) {
    for (const label of patternsOf(labels)) {
      const cases = new Set(casesOf(images, image))
      const outlined = casesOf(labels, label)
      if (cases.size === images.length && outlined.length === labels.length && outlined.every((id) => cases.has(id)))
        return { image, label }
    }
  }
  for (const label of patternsOf(labels)) {
    const kinds = kindsOf(images, casesOf(labels, label))
    if (kinds !== undefined) return { image: kinds[0]!.image, label, kinds }
  }
  throw unclear(folder, `labels such as ${labels[0]} are not named as scans such as ${images[0]} are`)
}

/** How the images of a case may be told apart, and what each is called then: by its file in the case's folder, by nnU-Net's number, or by a folder of its own. */
const KINDS: readonly ((path: string) => string | undefined)[] = [
  (path) => /^[^/]+\/([^/]+?)(?:\.nii\.gz|\.[^.]+)$/.exec(path)?.[1],
  (path) => /_(\d{4})(?:\.nii\.gz|\.[^.]+)$/.exec(path)?.[1],
  (path) => /^([^/]+)\/[^/]+$/.exec(path)?.[1],
]

/** @returns undefined where the images cannot be told apart so that each of the outlined cases has some */
function kindsOf(images: readonly string[], outlined: readonly string[]): ImageKind[] | undefined {
  for (const kindOf of KINDS) {
    const groups = new Map<string | undefined, string[]>()
    for (const path of images) groups.set(kindOf(path), [...(groups.get(kindOf(path)) ?? []), path])
    if (groups.size < 2 || groups.size > MOST_KINDS || groups.has(undefined)) continue
    const seen = new Set<string>()
    const kinds = [...groups].flatMap(([name, paths]) => {
      const image = patternsOf(paths).find((pattern) => {
        const cases = casesOf(paths, pattern)
        return cases.length === paths.length && cases.some((id) => outlined.includes(id))
      })
      if (image === undefined) return []
      for (const id of casesOf(paths, image)) seen.add(id)
      return [{ name: name!, image }]
    })
    if (kinds.length === groups.size && outlined.every((id) => seen.has(id))) return kinds
  }
  return undefined
}

function unclear(folder: string, found: string): Error {
  return dualsegError(
    'DUALSEG_DATA',
    `${folder}: ${found}; write its dataset.json by hand (docs/how-to/data-set.md), or name files <case>/image.nii.gz and <case>/label.nii.gz, or images/<case>.nii.gz and labels/<case>.nii.gz`,
  )
}

function imageFiles(root: string, folder: string, depth: number): string[] {
  const masks = writtenByPredict(folder)
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && !masks.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return depth > 1 ? imageFiles(root, path, depth - 1) : []
      return imageFormatOf(entry.name) === null ? [] : [relative(root, path).replaceAll('\\', '/').normalize('NFC')]
    })
    .sort()
}

/** Patterns that all of some paths may be of: a folder a case, or one folder with a name a case. */
function patternsOf(paths: readonly string[]): string[] {
  const parts = paths.map((path) => path.split('/'))
  const files = new Set(parts.map((one) => one.at(-1)!))
  if (files.size === 1 && parts.every(({ length }) => length === 2)) return [`{case}/${[...files][0]}`]
  const folders = new Set(parts.map((one) => one.slice(0, -1).join('/')))
  if (folders.size > 1) {
    // <case>/<case>_seg.nii.gz
    const ending = commonEnding(parts.map((one) => one.at(-1)!))
    return parts.every(([folder, file]) => file === `${folder}${ending}`) ? [`{case}/{case}${ending}`] : []
  }
  const names = parts.map((one) => one.at(-1)!)
  const [folder] = folders
  const before = folder === '' ? '' : `${folder}/`
  const ending = commonEnding(names)
  const beginning = commonBeginning(names.map((name) => name.slice(0, name.length - ending.length)))
  return [...new Set([`${before}{case}${ending}`, `${before}${beginning}{case}${ending}`])]
}

/** From a sign on: `_0000.nii.gz`, `.nrrd`. */
function commonEnding(names: readonly string[]): string {
  const [first = ''] = names
  let at = first.length
  while (at > 0 && names.every((name) => name.endsWith(first.slice(at - 1)))) at--
  const ending = first.slice(at)
  const whole = /\.(nii\.gz|[^.]+)$/i.exec(first)![0]
  const from = ending.search(/[^a-z0-9]/i)
  const own = from < 0 ? whole : ending.slice(from)
  return own.length < whole.length || own.length === first.length ? whole : own
}

/** To a sign, and not the whole of a name. */
function commonBeginning(names: readonly string[]): string {
  const [first = ''] = names
  let length = 0
  while (length < first.length - 1 && names.every((name) => name.startsWith(first.slice(0, length + 1)))) length++
  return /^.*[^a-z0-9]/i.exec(first.slice(0, length))?.[0] ?? /^\D*/.exec(first.slice(0, length))![0]
}

function casesOf(paths: readonly string[], pattern: string): string[] {
  const [before, ...rest] = pattern.split('{case}') as [string, ...string[]]
  const after = rest.join('{case}')
  return paths.flatMap((path) => {
    if (rest.length === 2) return path.split('/').slice(0, 1)
    return path.startsWith(before) && path.endsWith(after) ? [path.slice(before.length, path.length - after.length)] : []
  })
}
