import { hasPaper, paperText, scoreText } from '../report/cells'
import { fromUnlabelledFigure } from '../report/figures/from-unlabelled'
import { labelCourses } from '../report/figures/label-courses'
import type { FromUnlabelled } from '../report/from-unlabelled'
import { figure, signed } from '../report/measures'
import type { Report, ReportedComparison, ReportRow } from '../report/report'
import { isTwin } from '../report/supervised-twins'

/** What a page shows of the stored runs of one profile of a data set, and the figures beside it by their files' names. */
export interface ResultsSection {
  readonly text: string
  readonly figures: ReadonlyMap<string, string>
}

/**
 * A table a comparison: every method with what the unlabelled scans added over its supervised twin; the figure of that; the commands.
 *
 * @param name begins the files' names
 */
export function resultsSection({ comparisons, labelCourses: courses }: Report, name: string): ResultsSection {
  const figures = new Map<string, string>()
  const shown = (file: string, svg: string, words: string) => {
    figures.set(file, onWhite(svg))
    return `![${words}](figures/${file})`
  }
  const parts = comparisons
    .filter(({ comparison }) => comparison.scored?.label === undefined)
    .flatMap((reported) => {
      const { stamp, unlabelled, cautions, seen, commands, comparison, measures } = reported
      const file = `${name}-${comparison.conditions.labelled}-labelled${comparison.part === undefined ? '' : `-part-${comparison.part.number}`}`
      const dice = measures[0]!
      return [
        `**${stamp}**`,
        table(reported),
        [...seen, ...cautions].map((line) => `- ${line}`).join('\n'),
        ...(unlabelled.length > 0
          ? [
              shown(
                `${file}-from-unlabelled.svg`,
                fromUnlabelledFigure(unlabelled, dice),
                'What the unlabelled scans added to each method: Dice minus that of its supervised twin; thick the 95 % interval over cases, thin over labelled sets',
              ),
            ]
          : []),
        ['<!-- not run: hours -->', '```sh', ...commands, '```'].join('\n'),
      ]
    })
  const curves = courses.map((one, index) =>
    shown(
      `${name}-over-labelled${index > 0 ? `-${index + 1}` : ''}.svg`,
      labelCourses(one, comparisons[0]!.measures[0]!),
      'Dice over the number of labelled cases, a line a method, twins dashed',
    ),
  )
  return { text: [...parts, ...curves].join('\n\n'), figures }
}

function table(reported: ReportedComparison): string {
  const { rows, unlabelled, measures } = reported
  const [dice, , hd95] = measures
  const paper = hasPaper(reported)
  const heads = [
    'method',
    'runs',
    'cases',
    `${dice!.title}, mean ± SD cases`,
    `${hd95!.title}, mean ± SD cases`,
    'empty',
    ...(paper ? ['paper: Dice'] : []),
  ]
  const ofTwins = ['supervised twin', 'its Dice', 'from unlabelled scans', '95 % over cases', 'over labelled sets', 'told apart']
  const hasTwins = unlabelled.length > 0
  const cells = (row: ReportRow) => [
    row.arm.name,
    String(row.runs),
    String(row.cases),
    scoreText(row, dice!),
    scoreText(row, hd95!),
    `${row.emptyPredictions}/${row.predictions}`,
    ...(paper ? [paperText(row, dice!)] : []),
    ...(hasTwins ? twinCells(unlabelled.find(({ arm }) => arm === row.arm)) : []),
  ]
  const lines = [
    hasTwins ? [...heads, ...ofTwins] : heads,
    heads
      .map((_, column) => (column === 0 ? '---' : '---:'))
      .concat(hasTwins ? ['---', '---:', '---:', '---:', '---:', '---'] : []),
    ...(hasTwins ? rows.filter(({ arm }) => !isTwin(arm)) : rows).map(cells),
  ]
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n')
}

function twinCells(found: FromUnlabelled | undefined): string[] {
  if (found === undefined) return ['–', '–', '–', '–', '–', '–']
  const { own: _, twin, verdict } = found.measures.dice
  const range = (interval: { low: number; high: number } | null | undefined) =>
    interval ? `${signed(interval.low, 3)} to ${signed(interval.high, 3)}` : '–'
  return [
    found.twin.name,
    figure(twin, 3),
    verdict.cases === null ? '–' : signed(verdict.cases.difference, 3),
    range(verdict.cases?.interval),
    range(verdict.runs.interval),
    verdict.separable ? (verdict.better === found.arm ? 'better' : 'worse') : 'no',
  ]
}

/** A picture in a document stands on its page's colour, which may be dark. */
function onWhite(svg: string): string {
  return svg.replace(/background: ?none/, 'background: white; color: black')
}
