import { dualsegError } from '@dualseg/kernels'
import type { LayoutChannel } from './layout'

/** From air to dense bone: what every organ lies in. One organ's own window is narrower, and better. */
const CT_WINDOW = [-1000, 1000] as const

/**
 * The intensity rule of a channel by its name, as nnU-Net understands names.
 *
 * @throws DUALSEG_DATA for a name that stands for what is not done here
 */
export function intensityOf(name: string, path: string): Pick<LayoutChannel, 'intensity'> & { guesses: readonly string[] } {
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

/**
 * The channels of a `dataset.json` that numbers them, in order.
 *
 * @param placed where the images of a channel lie
 * @throws DUALSEG_DATA for none, numbers that leave one out, or a name that stands for what is not done here
 */
export function channelsOf(
  names: Readonly<Record<string, string>>,
  path: string,
  placed: (index: number) => Pick<LayoutChannel, 'image' | 'unlabelled' | 'volume'>,
): { channels: LayoutChannel[]; guesses: string[] } {
  const numbers = Object.keys(names)
    .map(Number)
    .sort((a, b) => a - b)
  if (numbers.length === 0 || numbers.some((number, index) => number !== index))
    throw dualsegError('DUALSEG_DATA', `${path}: channels are numbered ${Object.keys(names).join(', ')}; expected 0, 1, 2, …`)
  const guesses: string[] = []
  const channels = numbers.map((index) => {
    const name = names[String(index)]!
    const { intensity, guesses: own } = intensityOf(name, path)
    guesses.push(...own.filter((guess) => !guesses.includes(guess)))
    return { name, ...placed(index), intensity }
  })
  return { channels, guesses }
}
