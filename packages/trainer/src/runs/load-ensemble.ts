import { hasOtherSpacing, type Preparation } from '@dualseg/data'
import { dualsegError } from '@dualseg/kernels'
import { type Predicting, predictImage } from '../prediction/predict-image'
import { canonicalJson } from './disk/canonical-json'
import { openRun, type TrainedRun } from './load-run'

/** Several runs that predict as one: the mean of their probabilities. */
export interface Ensemble extends Pick<TrainedRun, 'classes' | 'channels' | 'predict' | 'dispose'> {
  readonly runs: readonly [TrainedRun, ...TrainedRun[]]
}

/**
 * Loads finished runs that predict together. An engine must be open.
 *
 * @param folders of one run or several, such as those of all folds
 * @throws DUALSEG_DATA as `loadRun`, and if the runs do not see images alike or have other classes; DUALSEG_VALUE for a run that is named twice
 */
export async function loadEnsemble(folders: readonly string[]): Promise<Ensemble> {
  const opened: { run: TrainedRun; predicting: Predicting }[] = []
  const dispose = () => {
    for (const { run } of opened) run.dispose()
  }
  try {
    for (const folder of folders) {
      const next = openRun(folder)
      opened.push(next)
      expectAlike(opened[0]!.run, next.run)
      if (opened.slice(0, -1).some(({ run }) => run.folder === next.run.folder))
        throw dualsegError('DUALSEG_VALUE', `${next.run.folder} is named twice; a mean takes every run once`)
    }
  } catch (error) {
    dispose()
    throw error
  }
  const runs = opened.map(({ run }) => run) as [TrainedRun, ...TrainedRun[]]
  const members = opened.map(({ predicting }) => predicting) as [Predicting, ...Predicting[]]
  const { classes, channels } = runs[0]
  return {
    runs,
    classes,
    ...(channels && { channels }),
    predict: (image, how = {}) => predictImage(image, members, how),
    dispose,
  }
}

function expectAlike(first: TrainedRun, other: TrainedRun): void {
  const differ = (what: string, found: unknown, expected: unknown) =>
    dualsegError(
      'DUALSEG_DATA',
      `${other.folder}: ${what} ${JSON.stringify(found ?? null)}, those of ${first.folder} ${JSON.stringify(expected ?? null)}; a mean is taken of runs that see images alike and tell the same classes apart`,
    )
  const parts: [string, (run: TrainedRun) => unknown][] = [
    ['its classes are', ({ classes }) => classes],
    ['its images are', ({ channels }) => channels],
    ['its volumes are prepared by', ({ preparation }) => preparation && { ...preparation, spacing: null }],
    ['its volumes have the spacing', ({ preparation }) => preparation?.spacing],
    ['its volumes are reduced by', ({ settings }) => settings.reduce],
    ['its patches are', ({ settings }) => settings.patch],
    ['its windows step by', ({ settings }) => settings.stride],
  ]
  for (const [what, of] of parts) {
    const [found, expected] = [of(other), of(first)]
    if (canonicalJson(found ?? null) === canonicalJson(expected ?? null)) continue
    if (what.endsWith('spacing') && isSameSpacing(other.preparation, first.preparation)) continue
    throw differ(what, found, expected)
  }
}

/** Headers round, and folds have other cases first. */
function isSameSpacing(one: Preparation | null, other: Preparation | null): boolean {
  return one?.spacing != null && other?.spacing != null && !hasOtherSpacing({ spacing: [...one.spacing] }, other.spacing)
}
