import { basename } from 'node:path'

/** A data set's name from its folder's: `Task04_Hippocampus` becomes `task04-hippocampus`. A name that is taken gets `own-` before it. */
export function slugOf(folder: string, takenNames: readonly string[]): string {
  const letters = basename(folder)
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '')
  const name = letters === '' ? 'scans' : letters
  return takenNames.includes(name) ? `own-${name}` : name
}
