import { dualsegError } from '@dualseg/kernels'
import { methodNamed, resolveSettings } from '@dualseg/trainer'
import { asCalled } from '../command-line/as-called'
import type { ReadArguments } from '../command-line/read-arguments'
import type { Verb } from '../command-line/verb'
import { datasetReference } from '../data/dataset-reference'
import { describedNames } from '../data/description'
import { type GridCommand, gridArguments, METHOD_ARGUMENTS, readArms, readGridCommand } from '../grid/grid-arguments'
import { type GridDataset, isPhantom } from '../grid/grid-dataset'
import { type GridResult, gridTable } from '../grid/grid-table'
import { la } from '../grid/la-dataset'
import { gridDataset, locate } from '../grid/named-dataset'
import { runGrid } from '../grid/run-grid'

const datasetNames = () => [...new Set(['la', ...describedNames()])]

/** What a grid of folds is asked besides; here all labels are taken. */
const OF_GRIDS = ['fold', 'labelled', 'labelled-cases', 'jobs', 'task', 'table', 'predictions', 'test-every', 'dry-run'] as const

/** `bench train`: one network for use, from every case of a data set. */
export const train: Verb = {
  definition: {
    meta: { name: 'train', description: 'Train on every case of a data set, with and without labels, for bench predict' },
    get args() {
      const others = Object.fromEntries(
        Object.entries(gridArguments(la)).filter(([name]) => !(OF_GRIDS as readonly string[]).includes(name)),
      )
      return {
        dataset: {
          type: 'positional',
          description: `${datasetNames().join(', ')}, or a folder with a dataset.json`,
          required: true,
        },
        method: { ...METHOD_ARGUMENTS.method, default: 'dualnet' },
        without: METHOD_ARGUMENTS.without,
        'hold-out': {
          type: 'string',
          description:
            'Cases that are tested instead of trained on: names with commas between, or the option again for each, as for a name with a comma in it',
          valueHint: 'cases',
        },
        ...others,
        profile: { type: 'string', description: "quick, half or full; the data set's if not given" },
        data: { type: 'string', description: 'Folder with the volumes; else as with the data set', valueHint: 'folder' },
        runs: {
          type: 'string',
          description: 'Folder for what is trained; begun runs go on, finished ones are not repeated',
          default: 'models',
          valueHint: 'folder',
        },
      } as const
    },
  },
  lists: ['method', 'seed', 'without', 'hold-out'],
  examples: [
    'pnpm bench train ~/liver --method dualnet',
    'pnpm bench train hippocampus --method mt --seed 1,2,3',
    'pnpm bench train ~/liver --method supervised --hold-out P017,P023',
  ],
  async run(args) {
    const dataset = await gridDataset(datasetReference('bench train', String(args.dataset), datasetNames()))
    const command = await trainCommand(dataset, args)
    return runGrid(command, trainedText)
  },
}

async function trainCommand(dataset: GridDataset, args: ReadArguments): Promise<GridCommand> {
  const profile = args.profile ?? dataset.usualProfile
  const whole = { fold: '0', labelled: '1', 'labelled-cases': 'first', jobs: '1' }
  const command = readGridCommand(dataset, readArms({ ...args, twins: false }), { ...args, ...whole, profile })
  const heldOut = (args['hold-out'] as string[] | undefined) ?? []
  const order = { ...command.order, request: { ...command.order.request, heldOut } }
  const located = await locate(order)
  if (isPhantom(located))
    throw dualsegError(
      'DUALSEG_DATA',
      `${dataset.title}: no volumes are at hand, and what is trained on a phantom segments no scan. ${dataset.places}`,
    )
  const { train, test, unlabelled = [] } = located.folds
  const labelled = train[0]!.length
  const tested = test[0]!.length
  if (labelled === 0)
    throw dualsegError('DUALSEG_USAGE', `--hold-out: all ${tested} cases with a label are held out; leave some to train on`)
  for (const { method } of order.request.arms) {
    const { batch } = resolveSettings(methodNamed(method), order.request.profile, order.request.protocol)
    if (unlabelled.length < batch.unlabelled) {
      throw dualsegError(
        'DUALSEG_DATA',
        `${method} learns from scans without labels too, and ${dataset.name} has ${unlabelled.length}; put some beside the others (a batch takes ${batch.unlabelled}), or take --method supervised`,
      )
    }
  }
  console.error(
    `${labelled} cases with labels and ${unlabelled.length} without are trained on, ${tested === 0 ? 'none is' : `${tested} ${tested === 1 ? 'is' : 'are'}`} tested.`,
  )
  return { ...command, order: { ...order, request: { ...order.request, labelled } } }
}

/** Where the networks lie, and the table of what was held out. */
function trainedText(result: GridResult, json: boolean): string | undefined {
  if ((result.request.heldOut ?? []).length > 0) return gridTable(result, json)
  const folders = [...result.outcomes.values()].flatMap((outcome) => (outcome.status === 'done' ? [outcome.folder] : []))
  if (json) return JSON.stringify({ dataset: result.dataset, labelled: result.request.labelled, runs: folders }, null, 2)
  return folders.length === 0 ? undefined : [...folders, asCalled(`pnpm bench predict --run ${folders[0]} <scans>`)].join('\n')
}
