import type { Verb } from '../command-line/verb'
import { datasetReference } from '../data/dataset-reference'
import { describedNames } from '../data/description'
import type { Arm } from '../grid/arm'
import { gridArguments, readGridCommand } from '../grid/grid-arguments'
import { la } from '../grid/la-dataset'
import { GRID_DATASETS, gridDataset } from '../grid/named-dataset'
import { SLURM_ARGUMENTS } from '../slurm/slurm-arguments'
import { runOrSubmit } from '../slurm/submit-grid'

/** Table 3 of the paper: DualNet without either of its two new losses, without both, and whole. */
const ARMS: readonly Arm[] = [['regularisation'], ['uncertainty'], [], ['regularisation', 'uncertainty']].map((without) => ({
  method: 'dualnet',
  without,
}))

const datasetNames = () => [...new Set([...Object.keys(GRID_DATASETS), ...describedNames()])]

/** `bench ablation la`: the four rows of the paper's Table 3 under identical settings, on any data set that is a verb. */
export const ablation: Verb = {
  definition: {
    meta: { name: 'ablation', description: "Train and test DualNet without its parts: the four rows of the paper's Table 3" },
    get args() {
      const { labelled, 'labelled-cases': labelledCases, profile, ...others } = gridArguments(la)
      return {
        dataset: {
          type: 'positional',
          description: `${datasetNames().join(', ')}, or a folder with a dataset.json`,
          required: true,
        },
        ...others,
        fold: { ...others.fold, description: 'all, or a list of numbers from 0' },
        labelled: { ...labelled, default: undefined, description: `${labelled.description}; the data set's number if not given` },
        'labelled-cases': {
          ...labelledCases,
          default: undefined,
          description: `${labelledCases.description}; drawn where folds are, if not given`,
        },
        profile: { ...profile, default: undefined, description: `${profile.description}; the data set's if not given` },
        data: { ...others.data, description: 'Folder with the volumes; else DUALSEG_DATA, else datasets/<name>/volumes' },
        ...SLURM_ARGUMENTS,
      } as const
    },
  },
  lists: ['fold', 'seed', 'labelled'],
  examples: ['pnpm bench ablation la', 'pnpm bench ablation la --fold all --seed 1,2,3 --profile full --jobs 2'],
  async run(args) {
    const dataset = await gridDataset(datasetReference('bench ablation', String(args.dataset), datasetNames()))
    const labelled = args.labelled ?? dataset.labelled
    const labelledCases = args['labelled-cases'] ?? dataset.labelledCases
    const profile = args.profile ?? dataset.usualProfile
    return runOrSubmit(
      readGridCommand(dataset, ARMS, { ...args, labelled, 'labelled-cases': labelledCases, profile }),
      ['ablation', dataset.reference],
      args,
    )
  },
}
