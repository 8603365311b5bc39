import { dataError } from '../../data-error'

/**
 * Loads a package that only DICOM series need: it is large, comes with an ordinary install and may be left out (`--omit=optional`).
 *
 * @throws DUALSEG_DATA naming the package to install
 */
export async function optionalPackage<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw dataError(`DICOM series need ${name}, which is not installed; npm install ${name}`, { cause: error })
  }
}
