import { type LaSource, verifyLa } from '@dualseg/data/node'
import { locateLa, NO_DATA_NOTICE } from '../data/locate-la'
import { wholeFolds } from '../data/whole-folds'
import type { GridDataset } from './grid-dataset'
import { PROFILES } from './profiles'

/** The Left Atrium: a hundred volumes in five folds, sixteen labelled cases in the papers. */
export const la: GridDataset = {
  name: 'la',
  reference: 'la',
  file: 'datasets/la/dataset.json',
  title: 'LA',
  phantomTitle: 'LA phantom',
  folds: 5,
  labelled: 16,
  labelledCases: 'first',
  mirrorAxes: [0, 1, 2],
  places: 'Folder with the volumes; else DUALSEG_DATA, else datasets/la/volumes',
  locate: locateLa,
  async whole(data, heldOut) {
    const dataset = await locateLa(data)
    return { ...dataset, folds: wholeFolds(dataset.ids, [], heldOut) }
  },
  usualProfile: 'quick',
  profile: (name) => PROFILES[name],
  check({ ids, source }, _request, { signal }) {
    const { root, sha256 } = source as LaSource
    return {
      title: `Checking ${ids.length} volumes in ${root}`,
      run: async (report) => {
        const cases = await verifyLa(root, {
          sha256: sha256!,
          signal,
          onProgress: ({ done, total }) => report(`${done}/${total}`),
        })
        return `${cases.length} present, checksums, shapes and labels right`
      },
    }
  },
  phantomNotice: NO_DATA_NOTICE,
}
