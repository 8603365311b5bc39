import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileError, imageFormatOf, visibleNames } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'

/** One case: the file to be measured and the one to compare with. */
export interface Pair {
  id: string
  prediction: string
  reference: string
}

/**
 * The cases of two files, or of two folders whose files pair up by name (without its ending).
 *
 * What `bench predict` wrote pairs up as it is named. A folder may hold a folder a case with one file in it, as the Left Atrium's does. Every case must be on both sides: a mean over those
 * that happen to be there would be another figure.
 *
 * @throws DUALSEG_DATA if there is nothing, or one side lacks a case
 */
export async function findPairs(prediction: string, reference: string): Promise<Pair[]> {
  const kinds = await Promise.all([prediction, reference].map(isFolder))
  if (!kinds[0] && !kinds[1]) return [{ id: caseName(basename(reference)), prediction, reference }]
  if (kinds[0] !== kinds[1]) {
    const [folder, file] = kinds[0] ? [prediction, reference] : [reference, prediction]
    throw data(`${folder} is a folder and ${file} a file; give two files or two folders`)
  }
  const [found, references] = await Promise.all([casesIn(prediction), casesIn(reference)])
  const predictions = asPredicted(found, references)
  const lacking = (those: Map<string, string>, others: Map<string, string>) => [...others.keys()].filter((id) => !those.has(id))
  const unmatched = [
    ...told(lacking(references, predictions), `${reference} has no`),
    ...told(lacking(predictions, references), `${prediction} has no`),
  ]
  if (unmatched.length > 0) throw data(`${unmatched.join('; ')}. Every case must be in both folders, under the same name`)
  return [...references].map(([id, path]) => ({ id, prediction: predictions.get(id)!, reference: path }))
}

/**
 * Cases by the references' names, of files that `bench predict` named: `X-label` is the mask of `X`, and `X-probs` beside it is none. A name that is a
 * reference's own stays.
 */
function asPredicted(found: ReadonlyMap<string, string>, references: ReadonlyMap<string, string>): Map<string, string> {
  const cases = new Map<string, string>()
  for (const [name, path] of found) {
    const id = name.replace(/-(label|probs)$/, '')
    const isPredicts = id !== name && !references.has(name) && references.has(id) && !found.has(id)
    if (!isPredicts) cases.set(name, path)
    else if (name.endsWith('-label')) cases.set(id, path)
    else if (!found.has(`${id}-label`)) cases.set(name, path)
  }
  return cases
}

function told(ids: readonly string[], what: string): string[] {
  if (ids.length === 0) return []
  const more = ids.length > 5 ? ` and ${ids.length - 5} more` : ''
  return [`${what} ${ids.slice(0, 5).join(', ')}${more}`]
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: unknown) => {
    throw fileError(error, { path, where: 'bench metrics: ' })
  })
  return found.isDirectory()
}

/** Files by case, sorted. */
async function casesIn(folder: string): Promise<Map<string, string>> {
  const cases = new Map<string, string>()
  for (const name of visibleNames(folder)) {
    const path = join(folder, name)
    if (await isFolder(path)) {
      const inside = visibleNames(path).filter((one) => imageFormatOf(one) !== null)
      if (inside.length > 1)
        throw data(`${path} holds ${inside.length} volumes (${inside.slice(0, 3).join(', ')}); one was expected`)
      if (inside.length === 1) add(name.normalize('NFC'), join(path, inside[0]!))
    } else if (imageFormatOf(name) !== null) add(caseName(name), path)
  }
  if (cases.size === 0)
    throw data(`${folder} holds no .nii, .nii.gz, .nrrd, .nhdr, .mha, .mhd or .h5 file, and no folder with one`)
  return cases

  function add(id: string, path: string): void {
    const other = cases.get(id)
    if (other !== undefined) throw data(`case ${id} is there twice: ${other} and ${path}`)
    cases.set(id, path)
  }
}

/** Without the ending, and composed: names that look the same are the same. */
function caseName(file: string): string {
  return file.replace(/(\.nii)?\.[^.]+$/i, '').normalize('NFC')
}

function data(message: string): Error {
  return dualsegError('DUALSEG_DATA', `bench metrics: ${message}`)
}
