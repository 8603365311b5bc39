import type { LabelClass } from '@dualseg/data'
import { type FinishedRun, type ModelDescription, methodNamed } from '@dualseg/trainer'
import type { AboutModel } from './about-model'

/**
 * What the page says of its model: what it segments, what it was trained on, what its runs' own tests found, and how its weights are kept.
 *
 * @param finished the runs that it is of
 * @param version of the program that writes the page
 */
export function describeModel(
  { classes, channels, weights, members }: ModelDescription,
  finished: readonly FinishedRun[],
  options: { title?: string; version: string },
): AboutModel {
  const isUnnamed = classes.length === 1 && classes[0]!.name === 'foreground'
  const names = isUnnamed ? ['the foreground'] : classes.map(({ name }) => name)
  const [first, ...others] = members
  const sources = [...new Set(members.map(({ dataset }) => dataset))].join(' and ')
  return {
    title: options.title ?? `Segment ${isUnnamed ? 'a scan' : listed(names)}`,
    sentences: [
      `It finds ${listed(names)} by ${methodNamed(first.method).title}${others.length > 0 ? ` and ${others.length} further runs, whose probabilities are averaged` : ''}, trained on ${sources}${channels ? ` (a scan is ${listed(channels)})` : ''}.`,
      ...finished.map((run) => testOf(run, classes)),
      ...(weights === 'float16'
        ? ['Its weights are in half precision: voxels at the edge of a class may differ from those of bench predict.']
        : []),
    ],
    made: `Made by DualSeg ${options.version} of ${members.map(({ run, sha256 }) => `${run} (${sha256.slice(0, 8)})`).join(', ')}.`,
  }
}

/** Honest figures: the run's own test, on cases that it was not trained on. */
function testOf({ config, cases }: FinishedRun, classes: readonly LabelClass[]): string {
  const mean = (scores: readonly number[]) => (scores.reduce((sum, score) => sum + score, 0) / scores.length).toFixed(3)
  const dice = classes.map(({ name }, index) => {
    const found = mean(cases.map((one) => (one.classes?.[index] ?? one).dice))
    return classes.length === 1 ? found : `${found} (${name})`
  })
  return `Its test, fold ${config.fold}, ${config.labelledCases} labelled cases: mean Dice ${dice.join(', ')} on ${cases.length} cases.`
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
