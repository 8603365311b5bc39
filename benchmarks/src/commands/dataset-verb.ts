import type { Verb } from '../command-line/verb'
import { describedGridDataset } from '../grid/described-grid-dataset'
import { gridArguments, METHOD_ARGUMENTS, readArms, readGridCommand } from '../grid/grid-arguments'
import { SLURM_ARGUMENTS } from '../slurm/slurm-arguments'
import { runOrSubmit } from '../slurm/submit-grid'

/**
 * `bench <name>` for a data set of `datasets/<name>/dataset.json`, `bench <folder>` for one that is described anywhere: as `bench la`.
 *
 * @param reference its name, or the absolute path of its description
 */
export function datasetVerb(reference: string): Verb {
  return {
    definition: {
      meta: {
        name: reference,
        description: `Train and test methods on ${reference} and print the table`,
      },
      // Read when asked for: a broken description of one data set is not the others' trouble.
      get args() {
        return describedGridDataset(reference).then((dataset) => ({
          ...METHOD_ARGUMENTS,
          ...gridArguments(dataset),
          ...SLURM_ARGUMENTS,
        }))
      },
    },
    lists: ['method', 'fold', 'seed', 'without', 'labelled'],
    examples: [
      `pnpm bench ${reference}`,
      `pnpm bench ${reference} --method supervised,dualnet --seed 1,2,3`,
      `pnpm -s bench ${reference} --dry-run --json`,
    ],
    async run(args) {
      const dataset = await describedGridDataset(reference)
      return runOrSubmit(readGridCommand(dataset, readArms(args), args), [dataset.reference], args)
    },
  }
}
