import { existsSync } from 'node:fs'
import { visibleNames } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import type { Profile } from '@dualseg/trainer'
import { noteLines } from '../command-line/note-lines'
import { type CheckedCase, checkCases, notedCases, refusals, usableCases } from '../data/check/check-cases'
import { gridWarnings } from '../data/check/grids-of-cases'
import { leaks, sameImages } from '../data/check/same-images'
import { smallScans, tooShort } from '../data/check/small-scans'
import { describedDataset, wholeDataset } from '../data/described-dataset'
import { type Description, describe } from '../data/description'
import { fetchMissing, isFetchedWhenMissing } from '../data/fetch-missing'
import { listsFolder } from '../data/folds/lists-of'
import type { GridDataset } from './grid-dataset'
import { fallingFrom, lasting, PROFILE_NAMES, PROFILES, type ProfileName } from './profiles'

const MULTIPLE = 16
/** More are counted, not listed. */
const LISTED_FAULTS = 5

/**
 * A data set that a `dataset.json` describes as the harness sees it.
 *
 * @param reference its name in `datasets`, or the absolute path of its description
 */
export async function describedGridDataset(reference: string): Promise<GridDataset> {
  const description = await describe(reference)
  const { name, title, labelled, mirror: mirrorAxes, file, isBuiltIn } = description
  const isFetched = isFetchedWhenMissing(description)
  return {
    name,
    reference: description.reference,
    file,
    title,
    phantomTitle: `${title} phantom`,
    folds: foldCount(description),
    labelled,
    labelledCases: 'count' in description.folds ? 'drawn' : 'first',
    mirrorAxes,
    places: isBuiltIn
      ? `Folder with the volumes; else DUALSEG_DATA, else datasets/${name}/volumes`
      : 'Folder with the volumes; else beside the description, else DUALSEG_DATA',
    ...(isFetched && { fetchMissing: (options) => fetchMissing(description, options) }),
    locate: (data) => describedDataset(description, data),
    whole: (data, heldOut) => wholeDataset(description, data, heldOut),
    usualProfile: description.profile,
    profile: (profile) => profileOf(description, profile),
    check: ({ source, ids, folds }, request, { signal, note }) => ({
      title: `Checking ${ids.length} ${title} cases`,
      run: async (report) => {
        const cases = await checkCases(source, ids, {
          signal,
          pictures: false,
          onProgress: (done, total) => report(`${done}/${total}`),
        })
        expectUsable(description, cases, request.profile)
        expectNoLeak(description, leaks(sameImages(cases), folds, request.folds))
        const usable = usableCases(cases)
        const others = PROFILE_NAMES.map((one) => profileOf(description, one))
        const texts = [...gridWarnings(usable), smallScans(usable, request.profile, others), ...noteLines(notedCases(usable))]
        for (const text of texts) if (text) note(text)
        return `${cases.length} can be used`
      },
    }),
    phantomNotice: [
      `No ${title} volumes: this runs on a built-in phantom, and every table and file says so.`,
      `For the real ones${isFetched ? ' train: they are fetched then; else' : description.fetch ? `: pnpm bench data fetch ${name}; else` : ','} put them into datasets/${name}/volumes or name their folder with --data or DUALSEG_DATA.`,
    ].join('\n'),
  }
}

function expectUsable({ name, reference }: Description, cases: readonly CheckedCase[], profile: Profile): void {
  const faults = [...refusals(cases), ...tooShort(usableCases(cases), profile)]
  if (faults.length === 0) return
  const more = faults.length > LISTED_FAULTS ? [`… and ${faults.length - LISTED_FAULTS} more`] : []
  throw dualsegError(
    'DUALSEG_DATA',
    [
      `${faults.length} of ${cases.length} ${name} cases cannot be used (bench data check ${reference} shows all):`,
      ...faults.slice(0, LISTED_FAULTS),
      ...more,
    ].join('\n  '),
  )
}

function expectNoLeak({ name }: Description, found: readonly string[]): void {
  if (found.length === 0) return
  throw dualsegError('DUALSEG_DATA', `${name}: ${found.join('; ')}. Results would be too good; ${REMEDY}`)
}

const REMEDY = 'take one of them out of the lists (where folds are drawn: out of the volumes, then delete the folds)'

/** Read from names alone, for the range of `--fold`; drawn folds that are others than those asked for are refused when volumes are located. */
function foldCount(description: Description): number {
  const { folds } = description
  if ('count' in folds) return folds.count
  const place = listsFolder(description)
  const lists = existsSync(place) ? visibleNames(place).filter((file) => /^test\d+\.list$/.test(file)) : []
  return Math.max(lists.length, 1)
}

/** The shared schedule with the data set's patch and stride. */
function profileOf({ profiles }: Description, name: ProfileName): Profile {
  const base = PROFILES[name]
  const given = profiles[name]
  if (given !== undefined) {
    const { patch, stride, iterations = base.iterations, filters = base.filters, rate } = given
    const { learningRate, ...sized } = { ...lasting(base, iterations), patch, stride, filters }
    return { ...sized, learningRate: rate === undefined ? learningRate : fallingFrom(rate) }
  }
  const patch = profiles.full.patch.map((length) => MULTIPLE * Math.max(1, Math.round(length / base.reduce / MULTIPLE))) as [
    number,
    number,
    number,
  ]
  return { ...base, patch, stride: patch.map((length) => length / 2) as [number, number, number] }
}
