import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import type { Profile } from '@dualseg/trainer'
import { checkDataset } from '../data/check-dataset'
import { describedDataset } from '../data/described-dataset'
import { type Description, describe } from '../data/description'
import type { GridDataset } from './grid-dataset'
import { PROFILES, type ProfileName } from './profiles'

/** What a batch takes of unlabelled cases. */
const UNLABELLED = 2
const MULTIPLE = 16
/** More are counted, not listed. */
const LISTED_FAULTS = 5

/** A data set of `datasets/<name>/dataset.json` as the harness sees it. */
export function describedGridDataset(name: string): GridDataset {
  const description = describe(name)
  const { title, labelled } = description
  const { folds, fewestTrained } = foldCounts(description)
  return {
    name,
    title,
    phantomTitle: `${title} phantom`,
    folds,
    labelled,
    maxLabelled: fewestTrained - UNLABELLED,
    places: `Folder with the volumes; else DUALSEG_DATA, else datasets/${name}/volumes`,
    locate: (data) => describedDataset(description, data),
    profile: (profile) => profileOf(description, profile),
    check: (dataset, signal) => ({
      title: `Checking ${dataset.ids.length} ${title} cases`,
      run: async (report) => {
        const cases = await checkDataset(dataset, {
          signal,
          pictures: false,
          onProgress: (done, total) => report(`${done}/${total}`),
        })
        const refused = cases.flatMap((one) => ('refused' in one ? [one.refused] : []))
        if (refused.length > 0) throw refusal(description, refused, cases.length)
        return `${cases.length} can be used`
      },
    }),
    phantomNotice: [
      `No ${title} volumes: this runs on a built-in phantom, and every table and file says so.`,
      `For the real ones, put them into datasets/${name}/volumes or name their folder with --data or DUALSEG_DATA.`,
    ].join('\n'),
  }
}

function refusal({ name }: Description, refused: readonly string[], total: number): Error {
  const more = refused.length > LISTED_FAULTS ? [`… and ${refused.length - LISTED_FAULTS} more`] : []
  return dualsegError(
    'DUALSEG_DATA',
    [
      `${refused.length} of ${total} ${name} cases cannot be used (bench data check ${name} shows all):`,
      ...refused.slice(0, LISTED_FAULTS),
      ...more,
    ].join('\n  '),
  )
}

/** From the lists that are there, else from what will be drawn. */
function foldCounts({ folds, folder }: Description): { folds: number; fewestTrained: number } {
  const place = join(folder, 'lists' in folds ? folds.lists : 'folds')
  const lists = existsSync(place) ? readdirSync(place).filter((file) => /^train\d+\.list$/.test(file)) : []
  if (lists.length === 0) return { folds: 'count' in folds ? folds.count : 1, fewestTrained: Number.MAX_SAFE_INTEGER }
  const lengths = lists.map(
    (file) =>
      readFileSync(join(place, file), 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '').length,
  )
  return { folds: lists.length, fewestTrained: Math.min(...lengths) }
}

/** The shared schedule with the data set's patch and stride. */
function profileOf({ profiles }: Description, name: ProfileName): Profile {
  const base = PROFILES[name]
  const given = profiles[name]
  if (given !== undefined) return { ...base, ...given }
  const patch = profiles.full.patch.map((length) => MULTIPLE * Math.max(1, Math.round(length / base.reduce / MULTIPLE))) as [
    number,
    number,
    number,
  ]
  return { ...base, patch, stride: patch.map((length) => length / 2) as [number, number, number] }
}
