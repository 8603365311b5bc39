import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeImage } from '@dualseg/data/node'
import { ownCase } from './own-dataset'

/** A folder of six small scans in another project's layout; P5 and P6 have no label. */
export interface LabFolder {
  readonly folder: string
  describe(json: unknown): void
  remove(): void
}

const LABELLED = 4
const SCANS = 6

export interface LabOptions {
  /** Balls of two halves, 1 and 2. */
  twoClasses?: boolean
  /** A second image a case. */
  twoImages?: boolean
}

/** The value of half a ball's voxels; the other half has 1. */
const SECOND = 2

/**
 * Scans of T1, and of FLAIR where two images are asked for.
 */
export async function nnunetFolder(options: LabOptions = {}): Promise<LabFolder> {
  return labFolder('Dataset007_Ball', '_0000.nii.gz', options)
}

export async function decathlonFolder(): Promise<LabFolder> {
  return labFolder('Task07_Ball', '.nii.gz', {})
}

async function labFolder(
  name: string,
  imageEnding: string,
  { twoClasses = false, twoImages = false }: LabOptions,
): Promise<LabFolder> {
  const root = mkdtempSync(join(tmpdir(), 'dualseg-lab-'))
  const folder = join(root, name)
  for (let index = 0; index < SCANS; index++) {
    const { image, label } = ownCase(index)
    const id = `ball_${index + 1}`
    // Half of those without labels lie among the others.
    const place = join(folder, index < SCANS - 1 ? 'imagesTr' : 'imagesTs')
    await writeImage(join(place, `${id}${imageEnding}`), image)
    const second = image.data.map((value, i) => 3 * value - (i % 5))
    if (twoImages) await writeImage(join(place, `${id}_0001.nii.gz`), { ...image, data: second })
    const half = (label.size[0] * label.size[1] * label.size[2]) / 2
    const data = twoClasses ? label.data.map((value, i) => (value === 1 && i < half ? SECOND : value)) : label.data
    if (index < LABELLED) await writeImage(join(folder, 'labelsTr', `${id}.nii.gz`), { ...label, data })
  }
  return {
    folder,
    describe: (json) => writeFileSync(join(folder, 'dataset.json'), JSON.stringify(json)),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** nnU-Net's description of such a folder. */
export const NNUNET = {
  channel_names: { '0': 'T1' },
  labels: { background: 0, ball: 1 },
  numTraining: 4,
  file_ending: '.nii.gz',
}

/** The Decathlon's. */
export const DECATHLON = {
  name: 'Ball',
  modality: { '0': 'CT' },
  labels: { '0': 'background', '1': 'ball' },
  numTraining: 4,
  numTest: 1,
  training: [1, 2, 3, 4].map((n) => ({ image: `./imagesTr/ball_${n}.nii.gz`, label: `./labelsTr/ball_${n}.nii.gz` })),
  test: ['./imagesTs/ball_6.nii.gz'],
}
