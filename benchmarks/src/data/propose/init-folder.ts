import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import { writeOutput } from '../../command-line/output-place'
import { volumesIn } from '../find-volumes'
import { layoutOf } from '../layouts/foreign-layout'
import { filesOf, type Layout, type LayoutChannel } from '../layouts/layout'
import { slugOf } from '../layouts/slug'
import { readJson } from '../read-json'
import { findPatterns } from './find-patterns'
import { lookAtVoxels } from './look-at-voxels'
import { type Proposal, proposeFrom } from './propose'

/**
 * Looks at a folder of scans and writes a description of it: `dataset.json`, or `dualseg.json` beside another project's `dataset.json`.
 *
 * @param takenNames that the data set may not have
 * @throws DUALSEG_USAGE if a description is there, DUALSEG_DATA if the scans cannot be told apart, DUALSEG_DISK if it cannot be written
 */
export async function initFolder(folder: string, takenNames: readonly string[]): Promise<Proposal & { file: string }> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw dualsegError('DUALSEG_DATA', `bench data init: ${folder} is no folder; name the one that the scans lie in`)
  const given = join(folder, 'dataset.json')
  const known = existsSync(given) ? layoutOf(readJson(given), given) : undefined
  const file = known === undefined ? given : join(folder, 'dualseg.json')
  if (existsSync(file))
    throw dualsegError(
      'DUALSEG_USAGE',
      `bench data init: ${file} is there already and is left as it is; move it away, and it is written anew`,
    )
  const layout = known ?? (await lookedAt(folder))
  const proposal = await proposeFrom({ ...layout, folder, name: slugOf(folder, takenNames) })
  writeOutput('bench data init', file, `${JSON.stringify(proposal.description, null, 2)}\n`)
  return { ...proposal, file }
}

async function lookedAt(folder: string): Promise<Layout> {
  const { image, label, kinds = [{ name: '', image }] } = findPatterns(folder)
  const found = volumesIn(folder, filesOf(kinds, label))!
  const guesses = new Set([`scans are ${kinds.map((one) => one.image).join(' with ')}, labels ${label}`])
  const channels: LayoutChannel[] = []
  let classes: Layout['classes'] = []
  for (const kind of kinds) {
    const looked = await lookAtVoxels(filesOf([kind], label), found)
    classes = looked.classes
    channels.push({ ...kind, intensity: looked.intensity })
    for (const guess of looked.guesses)
      guesses.add(kinds.length > 1 && !guess.startsWith('label values') ? `${kind.name}: ${guess}` : guess)
  }
  return { title: '', label, channels, classes, guesses: [...guesses] }
}
