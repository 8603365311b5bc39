import { type FoldLists, unlabelledOf } from '@dualseg/data'
import { dualsegError } from '@dualseg/kernels'
import { resolveSettings } from '@dualseg/trainer'
import { type Arm, armTitle, methodOf } from './arm'
import type { GridRequest } from './plan-grid'

/** Runs of a grid that cannot be done: an arm whose batches a fold's training list does not fill. */
export interface Lack {
  readonly arm: Arm
  readonly fold: number
  /** How many labelled cases would do, and why. */
  readonly reason: string
}

export function lackText({ arm, fold, reason }: Lack): string {
  return `${armTitle(arm)} fold ${fold} is not run: ${reason}`
}

/** Why an arm cannot be trained on a fold with the labelled cases asked for; undefined if it can. */
export function lackOf(arm: Arm, fold: number, request: GridRequest, lists: FoldLists): string | undefined {
  const { train } = lists
  const bare = unlabelledOf(lists, fold)
  const { profile, protocol } = request
  const { labelled, unlabelled } = resolveSettings(methodOf(arm), profile, protocol).batch
  const cases = train[fold]!.length
  const isAll = request.labelled === 'all'
  const asked = request.labelled === 'all' ? cases : request.labelled
  const most = Math.min(cases, cases + bare.length - unlabelled)
  if (asked >= labelled && asked <= most) return undefined
  const batch = `a batch takes ${labelled} of them${unlabelled > 0 ? ` and ${unlabelled} without labels` : ''}`
  const more = bare.length > 0 ? ` with labels and ${bare.length} without` : ''
  if (isAll && cases >= labelled) return `all ${cases} training cases of fold ${fold} have labels, and ${batch}`
  if (most < labelled) return `the training list of fold ${fold} has ${cases} cases${more}, ${batch}`
  const range = most === labelled ? most : `${labelled} to ${most}`
  return `${range} labelled cases would do (the training list of fold ${fold} has ${cases}${more}, ${batch})`
}

/**
 * All runs of a grid that cannot be done.
 *
 * @param described what dataset.json has for `labelled`: where that is the number, the command line is not to blame
 * @throws DUALSEG_USAGE, or DUALSEG_DATA where dataset.json is at fault, if none can be done
 */
export function lacksOf(request: GridRequest, folds: FoldLists, described: { file: string; labelled: number }): Lack[] {
  const { arms, folds: asked, labelled } = request
  const lacks = arms.flatMap((arm) =>
    asked.flatMap((fold) => {
      const reason = lackOf(arm, fold, request, folds)
      return reason === undefined ? [] : [{ arm, fold, reason }]
    }),
  )
  if (lacks.length < arms.length * asked.length) return lacks
  const [code, said] =
    labelled === described.labelled
      ? (['DUALSEG_DATA', `${described.file}, labelled ${labelled}`] as const)
      : (['DUALSEG_USAGE', `--labelled ${labelled}`] as const)
  const armsOf = (wanted: string) => lacks.filter(({ reason }) => reason === wanted).map(({ arm }) => armTitle(arm))
  const reasons = [...new Set(lacks.map(({ reason }) => reason))]
  const sentences = reasons.map((reason) => `${armsOf(reason).join(', ')}: ${reason}`)
  throw dualsegError(code, `${said}: ${sentences.join('; ')}`)
}
