import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { dataError } from '../data-error'
import { fileTrouble } from './file-error'

export interface FindLaOptions {
  /** From the command line; wins over all. */
  data?: string
  /** The variable `DUALSEG_DATA`. */
  environment?: string
  /** Where the project itself looks, normally `datasets/la/volumes`. */
  fallback?: string
}

export interface FoundLa {
  /** The folder that holds one folder a case. */
  root: string
  /** Who named it. */
  from: '--data' | 'DUALSEG_DATA' | 'fallback'
}

/**
 * Where the Left Atrium volumes lie: `<root>/la/<case>/mri_norm2.h5` or `<root>/<case>/mri_norm2.h5`. Anything else in the folders is ignored.
 *
 * @returns null if no place was named and the fallback holds none
 * @throws DUALSEG_DATA if a place was named, but holds no case: another place is not taken silently
 */
export async function findLa(options: FindLaOptions): Promise<FoundLa | null> {
  const named = options.data
    ? (['--data', options.data] as const)
    : options.environment
      ? (['DUALSEG_DATA', options.environment] as const)
      : null
  if (named) {
    const [from, place] = named
    const root = await laFolder(resolve(place))
    if (!root) {
      const trouble = await readdir(resolve(place)).then(() => undefined, fileTrouble)
      throw dataError(
        `${from}: ${resolve(place)} holds no LA case; expected ${join(resolve(place), 'la', '<case>', 'mri_norm2.h5')} or the cases directly in it${trouble === undefined ? '' : `; it ${trouble}`}`,
      )
    }
    return { root, from }
  }
  const root = options.fallback ? await laFolder(resolve(options.fallback)) : null
  return root ? { root, from: 'fallback' } : null
}

async function laFolder(place: string): Promise<string | null> {
  for (const folder of [join(place, 'la'), place]) {
    const names = await readdir(folder).catch(() => [])
    for (const name of names.filter((one) => !one.startsWith('.'))) {
      const file = await stat(join(folder, name, 'mri_norm2.h5')).catch(() => null)
      if (file?.isFile()) return folder
    }
  }
  return null
}
