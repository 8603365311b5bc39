import { join } from 'node:path'
import { type Dataset, findLa, laDataset, phantomDataset } from '@dualseg/data/node'
import { projectRoot } from './project-root'
import { usualVolumes } from './usual-volumes'

/** The phantom is one fixed set of volumes, whatever seed a run has. */
export const PHANTOM_SEED = 20

/**
 * The real Left Atrium where `--data`, `DUALSEG_DATA` or `datasets/la/volumes` has it, else the built-in phantom.
 *
 * @throws DUALSEG_DATA if a place was named and holds no case
 */
export async function locateLa(data: string | undefined): Promise<Dataset> {
  const folder = join(projectRoot, 'datasets', 'la')
  const environment = process.env.DUALSEG_DATA
  const found = await findLa({
    ...(data !== undefined && { data }),
    ...(environment && { environment }),
    fallback: usualVolumes('la'),
  })
  return found ? laDataset(folder, found.root) : phantomDataset(PHANTOM_SEED)
}

export const NO_DATA_NOTICE = [
  'No Left Atrium volumes: this runs on a built-in phantom, and every table and file says so.',
  'For the real ones, put the 100 folders <case>/mri_norm2.h5 (datasets/la/README.md says from where) into datasets/la/volumes or name their folder with --data or DUALSEG_DATA.',
].join('\n')
