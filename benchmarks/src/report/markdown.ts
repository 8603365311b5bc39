import { ABOUT_BEST_CHECKPOINTS, bestCheckpointText } from './best-checkpoint'
import { hasPaper, isBold, paperText, SPREADS, scoreHeads, scoreText, spreadCells } from './cells'
import { ABOUT_TWINS, FROM_UNLABELLED_HEADS, fromUnlabelledCells } from './from-unlabelled'
import { ABOUT_COURSES, courseCells, courseHeads, type LabelCourses, savedText } from './label-courses'
import { measuresIn } from './measures'
import { ABOUT_OVERALL_RANKS, overallRanksText } from './overall-ranks'
import { faultText } from './read-each'
import type { Report, ReportedComparison } from './report'
import { TELLING_HEADS, type TellingCase, tellingCells } from './telling-cases'
import { verdictText } from './verdict'

/** The report as GitHub Markdown. */
export function markdown({ comparisons, labelCourses, overallRanks, unfinished, faults }: Report): string {
  const parts = [...comparisons.map(section), ...labelCourses.map(coursesSection)]
  if (overallRanks.length > 0)
    parts.push(['## Over all tables', list([...overallRanks.map(overallRanksText), ABOUT_OVERALL_RANKS])].join('\n\n'))
  if (unfinished.length > 0) parts.push(`${unfinished.length} runs are not finished and take no part.`)
  if (faults.length > 0)
    parts.push(
      ['Damaged files of runs; a run takes no part if a figure needs the file:', list(faults.map(faultText))].join('\n\n'),
    )
  return `${['# Comparison', ...parts].join('\n\n')}\n`
}

function section(reported: ReportedComparison): string {
  const { rows, verdicts, telling, bestCheckpoints, unlabelled, reading, cautions, seen, differs, commands, stamp, measures } =
    reported
  const paper = hasPaper(reported)
  const scores = rows.map((row) => [
    plain(row.arm.name),
    String(row.runs),
    String(row.cases),
    ...measures.map((measure) =>
      isBold(reported, row.arm, measure) ? `**${scoreText(row, measure)}**` : scoreText(row, measure),
    ),
    `${row.emptyPredictions}/${row.predictions}`,
    ...(paper ? measures.map((measure) => paperText(row, measure)) : []),
  ])
  const spreads = measures.flatMap((measure) =>
    rows.map((row) => [measure.title, plain(row.arm.name), ...spreadCells(row.measures[measure.name], measure.digits)]),
  )
  const twins = measures.flatMap((measure) =>
    unlabelled.map((one) => fromUnlabelledCells(one, measure).map((text) => plain(text))),
  )
  const pairs = measures.map((measure) =>
    [`**${measure.title}**`, ...verdicts[measure.name].map((one) => `- ${plain(verdictText(one, measure))}`)].join('\n'),
  )
  return [
    `## ${plain(stamp)}`,
    table(scoreHeads(reported), scores, 1),
    list([...seen, ...cautions, ...reading]),
    ...(unlabelled.length > 0
      ? ['### What the unlabelled scans added', table(FROM_UNLABELLED_HEADS, twins, 2), list([ABOUT_TWINS])]
      : []),
    '### Spread, each labelled as what it is',
    table(['measure', 'method', ...SPREADS], spreads, 2),
    ...(rows.length > 1 ? ['### Pairs', ...pairs] : []),
    ...tellingSection('### Hardest cases', telling.hardest),
    ...tellingSection('### Cases on which methods disagree most', telling.disputed),
    ...(bestCheckpoints.length > 0
      ? ['### The best checkpoint', list([...bestCheckpoints.map(bestCheckpointText), ABOUT_BEST_CHECKPOINTS])]
      : []),
    ...(differs.length > 0 ? ['### What differs from the papers', list(differs)] : []),
    '### Commands',
    ['```sh', ...commands, '```'].join('\n'),
  ].join('\n\n')
}

function tellingSection(head: string, cases: readonly TellingCase[]): string[] {
  if (cases.length === 0) return []
  return [
    head,
    table(
      TELLING_HEADS,
      cases.map((one) => tellingCells(one).map(plain)),
      1,
    ),
  ]
}

function coursesSection(courses: LabelCourses): string {
  const tables = measuresIn(courses.unit).map((measure) =>
    [
      `**${measure.title}**`,
      table(
        courseHeads(courses),
        courseCells(courses, measure).map(([name, ...cells]) => [plain(name!), ...cells]),
        1,
      ),
    ].join('\n\n'),
  )
  return [
    `## Over labelled cases: ${plain(courses.stamp)}`,
    ...tables,
    list([...courses.saved.map(savedText), ABOUT_COURSES]),
  ].join('\n\n')
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${plain(line)}`).join('\n')
}

/**
 * @param rows of Markdown
 * @param left columns of words; those behind are figures
 */
function table(heads: readonly string[], rows: readonly (readonly string[])[], left: number): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map((_, i) => (i < left ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

/** Text that Markdown is to show as it is: names may hold anything. An underscore within a word stands for itself. */
function plain(text: string): string {
  return text
    .replaceAll('\n', ' ')
    .replace(/[\\`*~|[\]]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replaceAll('<', '&lt;')
}
