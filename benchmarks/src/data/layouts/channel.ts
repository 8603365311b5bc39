import { dualsegError } from '@dualseg/kernels'
import type { Layout } from './layout'

/** From air to dense bone: what every organ lies in. One organ's own window is narrower, and better. */
const CT_WINDOW = [-1000, 1000] as const

/**
 * The intensity rule of a data set's only channel by its name, as nnU-Net understands names.
 *
 * @throws DUALSEG_DATA for several channels, or a name that stands for what is not done here
 */
export function intensityOf(channels: Readonly<Record<string, string>>, path: string): Pick<Layout, 'intensity' | 'guesses'> {
  const names = Object.values(channels)
  const [name] = names
  if (name === undefined || names.length > 1) {
    throw dualsegError(
      'DUALSEG_DATA',
      `${path}: ${names.length} channels (${names.join(', ')}); networks are trained on one as yet: describe a data set of one of them`,
    )
  }
  switch (name.toLowerCase()) {
    case 'ct':
      return {
        intensity: { scale: 'standard', window: CT_WINDOW },
        guesses: [
          `a CT is cut to ${CT_WINDOW.join(' … ')} HU, then brought to mean 0 and SD 1: a window of the organs' own is better`,
        ],
      }
    case 'nonorm':
      return { intensity: { scale: 'none' }, guesses: [] }
    case 'rescale_to_0_1':
      return { intensity: { scale: 'unit' }, guesses: [] }
    case 'rgb_to_0_1':
      throw dualsegError(
        'DUALSEG_DATA',
        `${path}: channel ${name} is of colour pictures; scans of one value a voxel are trained on`,
      )
    default:
      return { intensity: { scale: 'standard' }, guesses: [`${name} is brought to mean 0 and SD 1`] }
  }
}
