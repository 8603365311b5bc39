import type { Verb } from '../command-line/verb'
import { gridArguments, METHOD_ARGUMENTS, readArms, readGridCommand } from '../grid/grid-arguments'
import { la as dataset } from '../grid/la-dataset'
import { SLURM_ARGUMENTS } from '../slurm/slurm-arguments'
import { runOrSubmit } from '../slurm/submit-grid'

/** `bench la`: methods under identical settings on the Left Atrium, from bare volumes to the table. */
export const la: Verb = {
  definition: {
    meta: { name: 'la', description: 'Train and test methods on the Left Atrium (or its phantom) and print the table' },
    args: { ...METHOD_ARGUMENTS, ...gridArguments(dataset), ...SLURM_ARGUMENTS },
  },
  lists: ['method', 'fold', 'seed', 'without', 'labelled'],
  examples: [
    'pnpm bench la',
    'pnpm bench la --method supervised,dualnet --seed 1,2,3',
    'pnpm bench la --method dualnet --without uncertainty',
    'pnpm bench la --method seed,mc-net-plus',
    'pnpm bench la --method all --fold all --seed 1,2,3 --jobs 4',
    'pnpm bench la --method all --fold all --engine wasm --slurm --partition cpu --cpus-per-task 8 --time 24:00:00',
    'pnpm bench la --profile half --fold all --data ~/volumes/la',
    'pnpm -s bench la --dry-run --json',
  ],
  run: (args) => runOrSubmit(readGridCommand(dataset, readArms(args), args), ['la'], args),
}
