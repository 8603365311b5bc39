import { hasPaper, isBold, paperText, SPREADS, scoreHeads, scoreText, spreadCells } from './cells'
import { MEASURES } from './measures'
import type { Report, ReportedComparison } from './report'
import { verdictText } from './verdict'

/** The report as GitHub Markdown. */
export function markdown({ comparisons, unfinished }: Report): string {
  const parts = comparisons.map(section)
  if (unfinished.length > 0) parts.push(`${unfinished.length} runs are not finished and take no part.`)
  return `${['# Comparison', ...parts].join('\n\n')}\n`
}

function section(reported: ReportedComparison): string {
  const { rows, verdicts, reading, cautions, differs, commands, stamp } = reported
  const paper = hasPaper(reported)
  const scores = rows.map((row) => [
    row.arm.name,
    String(row.runs),
    String(row.cases),
    ...MEASURES.map((measure) =>
      isBold(reported, row.arm, measure) ? `**${scoreText(row, measure)}**` : scoreText(row, measure),
    ),
    `${row.emptyPredictions}/${row.predictions}`,
    ...(paper ? MEASURES.map((measure) => paperText(row, measure)) : []),
  ])
  const spreads = MEASURES.flatMap((measure) =>
    rows.map((row) => [measure.title, row.arm.name, ...spreadCells(row.measures[measure.name], measure.digits)]),
  )
  const pairs = MEASURES.map((measure) =>
    [`**${measure.title}**`, ...verdicts[measure.name].map((one) => `- ${verdictText(one, measure)}`)].join('\n'),
  )
  return [
    `## ${stamp}`,
    table(scoreHeads(reported), scores, 1),
    list([...cautions, ...reading]),
    '### Spread, each labelled as what it is',
    table(['measure', 'method', ...SPREADS], spreads, 2),
    ...(rows.length > 1 ? ['### Pairs', ...pairs] : []),
    ...(differs.length > 0 ? ['### What differs from the papers', list(differs)] : []),
    '### Commands',
    ['```sh', ...commands, '```'].join('\n'),
  ].join('\n\n')
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${cell(line)}`).join('\n')
}

/** @param left columns of words; those behind are figures */
function table(heads: readonly string[], rows: readonly (readonly string[])[], left: number): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(heads), line(heads.map((_, i) => (i < left ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ')
}
