import { choose } from '../choose'
import type { Arm } from '../grid/arm'
import { gridArguments, readGridCommand } from '../grid/grid-arguments'
import { GRID_DATASETS } from '../grid/grid-dataset'
import { la } from '../grid/la-dataset'
import { SLURM_ARGUMENTS } from '../slurm/slurm-arguments'
import { runOrSubmit } from '../slurm/submit-grid'
import type { Verb } from '../verb'

/** Table 3 of the paper: DualNet without either of its two new losses, without both, and whole. */
const ARMS: readonly Arm[] = [['regularisation'], ['uncertainty'], [], ['regularisation', 'uncertainty']].map((without) => ({
  method: 'dualnet',
  without,
}))

/** `bench ablation la`: the four rows of the paper's Table 3 under identical settings. */
export const ablation: Verb = {
  definition: {
    meta: { name: 'ablation', description: "Train and test DualNet without its parts: the four rows of the paper's Table 3" },
    args: {
      dataset: { type: 'positional', description: Object.keys(GRID_DATASETS).join(', '), required: true },
      ...gridArguments(la),
      ...SLURM_ARGUMENTS,
    },
  },
  lists: ['fold', 'seed'],
  examples: ['pnpm bench ablation la', 'pnpm bench ablation la --fold all --seed 1,2,3 --profile full --jobs 2'],
  run(args) {
    const dataset = GRID_DATASETS[choose('bench ablation', String(args.dataset), Object.keys(GRID_DATASETS))]!
    return runOrSubmit(readGridCommand(dataset, ARMS, args), ['ablation', dataset.name], args)
  },
}
