import type { Verb } from '../command-line/verb'
import { describedGridDataset } from '../grid/described-grid-dataset'
import { gridArguments, METHOD_ARGUMENTS, readArms, readGridCommand } from '../grid/grid-arguments'
import { SLURM_ARGUMENTS } from '../slurm/slurm-arguments'
import { runOrSubmit } from '../slurm/submit-grid'

/** `bench <name>` for a data set of `datasets/<name>/dataset.json`: as `bench la`. */
export function datasetVerb(name: string): Verb {
  return {
    definition: {
      meta: { name, description: `Train and test methods on ${name} (or its phantom) and print the table` },
      // Read when asked for: a broken description of one data set is not the others' trouble.
      get args() {
        return { ...METHOD_ARGUMENTS, ...gridArguments(describedGridDataset(name)), ...SLURM_ARGUMENTS }
      },
    },
    lists: ['method', 'fold', 'seed', 'without'],
    examples: [
      `pnpm bench ${name}`,
      `pnpm bench ${name} --method supervised,dualnet --seed 1,2,3`,
      `pnpm -s bench ${name} --dry-run --json`,
    ],
    run: (args) => runOrSubmit(readGridCommand(describedGridDataset(name), readArms(args), args), [name], args),
  }
}
