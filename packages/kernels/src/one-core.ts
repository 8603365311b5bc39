import * as tf from '@tensorflow/tfjs-core'
import { dualsegError } from './errors'

const REMEDY =
  'tensors, gradients and backends of one would silently be mixed with the other. See `npm ls @tensorflow/tfjs-core`; ask for one version everywhere and run `npm dedupe`, in a bundler set `resolve.dedupe`'

// tfjs-core sets its platform when it is loaded, on an environment that all copies share: a later copy replaces the object.
const { platformName, platform } = tf.env()

/**
 * Checks that the whole program uses the copy of tfjs-core that this package uses. Importing the package calls it, which finds a copy that
 * was there before; each kernel calls it again, which finds a copy that came later.
 *
 * @param where the caller, for the message
 * @throws DUALSEG_TWO_CORES if there are two
 */
export function expectOneCore(where: string): void {
  const environment = tf.env()
  const came = !(environment instanceof tf.Environment)
    ? 'was loaded before it'
    : environment.platformName === platformName && environment.platform !== platform
      ? 'was loaded after it'
      : undefined
  if (came === undefined) return
  throw dualsegError(
    'DUALSEG_TWO_CORES',
    `${where}: there are two copies of @tensorflow/tfjs-core, the one that @dualseg/kernels uses (${tf.version_core}) and another that ${came}; ${REMEDY}`,
  )
}
