import { hasPaper, isBold, paperText, scoreText } from './cells'
import { ABOUT_TWINS, FROM_UNLABELLED_HEADS, fromUnlabelledCells } from './from-unlabelled'
import type { Measure } from './measures'
import type { Report, ReportedComparison, ReportRow } from './report'

/** The tables of scores for a paper, with booktabs. */
export function latex({ comparisons }: Report): string {
  return `${['% needs \\usepackage{booktabs}', ...comparisons.flatMap((one) => [table(one), ...twinTable(one)])].join('\n\n')}\n`
}

function table(reported: ReportedComparison): string {
  const { rows, stamp, cautions, seen, measures } = reported
  const paper = hasPaper(reported)
  const heads = [
    'Method',
    ...measures.map(({ title, better }) => `${title} $\\${better === 'higher' ? 'uparrow' : 'downarrow'}$`),
    'Empty',
  ]
  if (paper) heads.push(...measures.map(({ title }) => `Paper: ${title}`))
  const lines = rows.map((row) => {
    const cells = [
      escaped(row.arm.name),
      ...measures.map((measure) => score(reported, row, measure)),
      `${row.emptyPredictions}/${row.predictions}`,
    ]
    if (paper) cells.push(...measures.map((measure) => escaped(paperText(row, measure))))
    return `    ${cells.join(' & ')} \\\\`
  })
  return [
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${escaped(stamp)}. Mean $\\pm$ standard deviation between cases; bold: separable from every other. ${escaped([...seen, ...cautions].join(' '))}}`,
    `  \\begin{tabular}{l${'r'.repeat(heads.length - 1)}}`,
    '    \\toprule',
    `    ${heads.join(' & ')} \\\\`,
    '    \\midrule',
    ...lines,
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
  ].join('\n')
}

/** What the unlabelled scans added, where twins are rows. */
function twinTable({ unlabelled, stamp, measures }: ReportedComparison): string[] {
  if (unlabelled.length === 0) return []
  const lines = measures.flatMap((measure) =>
    unlabelled.map((one) => `    ${fromUnlabelledCells(one, measure).map(escaped).join(' & ')} \\\\`),
  )
  return [
    [
      '\\begin{table}',
      '  \\centering',
      `  \\caption{${escaped(stamp)}. ${escaped(ABOUT_TWINS)}}`,
      '  \\begin{tabular}{llrlrrrr}',
      '    \\toprule',
      `    ${FROM_UNLABELLED_HEADS.map(escaped).join(' & ')} \\\\`,
      '    \\midrule',
      ...lines,
      '    \\bottomrule',
      '  \\end{tabular}',
      '\\end{table}',
    ].join('\n'),
  ]
}

function score(reported: ReportedComparison, row: ReportRow, measure: Measure): string {
  const text = scoreText(row, measure).replace('±', '\\pm').replace('−', '-')
  return isBold(reported, row.arm, measure) ? `$\\mathbf{${text}}$` : `$${text}$`
}

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  // After the end of a row these two would be its own.
  '[': '{[}',
  '*': '{*}',
  '|': '\\textbar{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '±': '$\\pm$',
  '·': '$\\cdot$',
  '×': '$\\times$',
  '−': '$-$',
  '²': '$^2$',
  '–': '--',
  '’': "'",
  '<': '$<$',
  '>': '$>$',
}

function escaped(text: string): string {
  return text.replace(/[\\&%$#_{}~^|[*±·×−²–’<>]/g, (character) => SPECIAL[character] ?? `\\${character}`)
}
