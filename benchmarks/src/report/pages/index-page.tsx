import type { Arm } from '../arm'
import { ABOUT_BEST_CHECKPOINTS, bestCheckpointText } from '../best-checkpoint'
import { hasPaper, isBold, paperText, SPREADS, scoreHeads, scoreText, spreadCells } from '../cells'
import { boxes } from '../figures/boxes'
import { colourOf, curves, type NamedLog } from '../figures/curves'
import { differences } from '../figures/differences'
import { fromUnlabelledFigure } from '../figures/from-unlabelled'
import { labelCourses as drawCourses } from '../figures/label-courses'
import { ranks } from '../figures/ranks'
import { ABOUT_TWINS, FROM_UNLABELLED_HEADS, fromUnlabelledCells } from '../from-unlabelled'
import { ABOUT_COURSES, courseCells, courseHeads, type LabelCourses, savedText } from '../label-courses'
import { readTerms } from '../logged-terms'
import { figure, type Measure, measuresIn } from '../measures'
import { ABOUT_OVERALL_RANKS, overallRanksText } from '../overall-ranks'
import { faultText } from '../read-each'
import type { Report, ReportedComparison } from '../report'
import { type ReportedRun, shortHash } from '../run-files'
import { isTwin } from '../supervised-twins'
import { TELLING_HEADS, type TellingCase, tellingCells } from '../telling-cases'
import { verdictText } from '../verdict'
import { type InWork, InWorkSection } from './in-work-page'
import { caseHref, runHref } from './links'
import { type Cell, Figure, page, SortableTable } from './page'

/**
 * The front page: every comparison with its tables, figures, words and links.
 *
 * @param inWork of runs that go on while the page is looked at: it follows them
 */
export function indexPage(report: Report, inWork?: InWork): string {
  const { comparisons, labelCourses, overallRanks, unfinished, faults } = report
  return page(
    'Comparison',
    '',
    <>
      <header>
        <h1>Comparison</h1>
        <p class="downloads">
          The same as <a href="report.md">Markdown</a>, <a href="summary.csv">CSV of the summary</a>,{' '}
          <a href="cases.csv">of every case</a>, <a href="pairs.csv">of every pair</a>, <a href="tables.tex">LaTeX</a>,{' '}
          <a href="report.json">JSON</a>.
        </p>
        {inWork === undefined && unfinished.length > 0 && (
          <p class="caution">{unfinished.length} runs are not finished and take no part.</p>
        )}
        {faults.length > 0 && (
          <div class="caution">
            <p>Damaged files of runs; a run takes no part if a figure needs the file:</p>
            <ul>
              {faults.map((fault) => (
                <li key={fault.file}>{faultText(fault)}</li>
              ))}
            </ul>
          </div>
        )}
        {inWork && <InWorkSection {...inWork} />}
        {comparisons.length > 1 && (
          <nav>
            <ol>
              {comparisons.map(({ stamp }, index) => (
                <li key={stamp}>
                  <a href={`#comparison-${index}`}>{stamp}</a>
                </li>
              ))}
            </ol>
          </nav>
        )}
      </header>
      {comparisons.map((reported, index) => (
        <Section key={reported.stamp} reported={reported} index={index} />
      ))}
      {labelCourses.map((courses) => (
        <CoursesSection key={courses.stamp} courses={courses} />
      ))}
      {overallRanks.length > 0 && (
        <section>
          <h2>Over all tables</h2>
          <ul>
            {overallRanks.map((one) => (
              <li key={one.measure.name}>{overallRanksText(one)}</li>
            ))}
          </ul>
          <p>{ABOUT_OVERALL_RANKS}</p>
        </section>
      )}
    </>,
    inWork === undefined ? ['sort'] : ['sort', 'live'],
  )
}

function CoursesSection({ courses }: { courses: LabelCourses }) {
  return (
    <section>
      <h2>Over labelled cases: {courses.stamp}</h2>
      {measuresIn(courses.unit).map((measure) => (
        <div key={measure.name}>
          <Figure svg={drawCourses(courses, measure)}>
            {measure.title} over the number of labelled cases; twins are dashed, the dotted line is supervised training with all
            labels.
          </Figure>
          <SortableTable
            heads={courseHeads(courses)}
            rows={courseCells(courses, measure).map((cells) =>
              cells.map((text, column) => (column === 0 ? { text } : { text, value: Number.parseFloat(text) })),
            )}
          />
        </div>
      ))}
      <ul>
        {courses.saved.map((one) => (
          <li key={`${one.name} ${one.labelled}`}>{savedText(one)}</li>
        ))}
      </ul>
      <p>{ABOUT_COURSES}</p>
    </section>
  )
}

function Section({ reported, index }: { reported: ReportedComparison; index: number }) {
  const {
    stamp,
    comparison,
    rows,
    verdicts,
    telling,
    bestCheckpoints,
    unlabelled,
    reading,
    cautions,
    seen,
    differs,
    commands,
    measures,
    unit,
  } = reported
  const { arms } = comparison
  const several = arms.length > 1
  return (
    <section id={`comparison-${index}`}>
      <h2>{stamp}</h2>
      <ul class="cautions">
        {cautions.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <SortableTable heads={scoreHeads(reported)} rows={scoreRows(reported)} />
      <ul>
        {seen.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <details open>
        <summary>How to read it</summary>
        <ul>
          {reading.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      </details>

      {unlabelled.length > 0 && (
        <>
          <h3>What the unlabelled scans added</h3>
          <Figure svg={fromUnlabelledFigure(unlabelled, measures[0]!)}>
            Dice minus that of the supervised twin: thick the 95 % interval over cases, given the trained networks, thin over
            labelled sets.
          </Figure>
          <SortableTable
            heads={FROM_UNLABELLED_HEADS}
            rows={measures.flatMap((measure) =>
              unlabelled.map((one) => fromUnlabelledCells(one, measure).map((text) => ({ text }))),
            )}
          />
          <p>{ABOUT_TWINS}</p>
        </>
      )}

      <h3>Spread, each labelled as what it is</h3>
      <SortableTable
        heads={['measure', 'method', ...SPREADS]}
        rows={measures.flatMap((measure) =>
          rows.map((row) => [
            { text: measure.title },
            { text: row.arm.name },
            ...spreadCells(row.measures[measure.name], measure.digits).map((text, column) => ({
              text,
              value: column < 6 || column === 7 ? Number(text.replace('−', '-').replace('–', 'NaN')) : text,
            })),
          ]),
        )}
      />

      {measures.map((measure) => (
        <MeasureFigures key={measure.name} reported={reported} measure={measure} />
      ))}

      {several && (
        <>
          <h3>Pairs in words</h3>
          {measures.map((measure) => (
            <details key={measure.name} open={measure.name === 'dice'}>
              <summary>{measure.title}</summary>
              <ul class="verdicts">
                {verdicts[measure.name].map((verdict) => (
                  <li key={`${verdict.a.name} ${verdict.b.name}`}>{verdictText(verdict, measure)}</li>
                ))}
              </ul>
            </details>
          ))}
        </>
      )}

      <h3>Learning curves</h3>
      <p>
        Raw values of every term, one line a run; its name in the panel says its weight. Long logs are drawn as means of equal
        blocks of iterations, those of runs that are kept for their figures as the means that are kept.
      </p>
      {arms.map((arm) => (
        <ArmCurves key={arm.name} arm={arm} />
      ))}

      {bestCheckpoints.length > 0 && (
        <>
          <h3>The best checkpoint</h3>
          <ul>
            {bestCheckpoints.map((one) => (
              <li key={one.name}>{bestCheckpointText(one)}</li>
            ))}
          </ul>
          <p>{ABOUT_BEST_CHECKPOINTS}</p>
        </>
      )}

      <h3>Cases</h3>
      <SortableTable
        heads={['case', 'fold', ...arms.flatMap(({ name }) => [`${name}: Dice`, `${name}: HD95 (${unit})`]), 'worst Dice']}
        rows={caseRows(arms, index)}
      />
      <TellingTable caption="Hardest cases" cases={telling.hardest} index={index} />
      <TellingTable caption="Cases on which methods disagree most" cases={telling.disputed} index={index} />

      <h3>Runs</h3>
      <SortableTable
        heads={['method', 'fold', 'seed', 'identity', 'cases', 'Dice', 'predictions kept', 'ended', 'host']}
        rows={arms.flatMap((arm) => arm.runs.map((run) => runRow(arm, run)))}
      />
      <h4>Commands that make, or repeat, these runs</h4>
      <pre>{commands.join('\n')}</pre>
      {differs.length > 0 && (
        <>
          <h4>What differs from the papers</h4>
          <ul>
            {differs.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

function TellingTable({ caption, cases, index }: { caption: string; cases: readonly TellingCase[]; index: number }) {
  if (cases.length === 0) return null
  return (
    <SortableTable
      caption={caption}
      heads={TELLING_HEADS}
      rows={cases.map((one) =>
        tellingCells(one).map((text, column) => ({
          text,
          ...(column === 0 ? { href: caseHref(index, one.id) } : [1, 3, 5, 6].includes(column) ? { value: Number(text) } : {}),
        })),
      )}
    />
  )
}

function scoreRows(reported: ReportedComparison): Cell[][] {
  return reported.rows.map((row) => [
    { text: row.arm.name },
    { text: String(row.runs), value: row.runs },
    { text: String(row.cases), value: row.cases },
    ...reported.measures.map((measure) => ({
      text: scoreText(row, measure),
      value: row.measures[measure.name].mean,
      bold: isBold(reported, row.arm, measure),
    })),
    { text: `${row.emptyPredictions}/${row.predictions}`, value: row.emptyPredictions },
    ...(hasPaper(reported)
      ? reported.measures.map((measure) => ({ text: paperText(row, measure), value: row.paper?.[measure.name] ?? Number.NaN }))
      : []),
  ])
}

function MeasureFigures({ reported, measure }: { reported: ReportedComparison; measure: Measure }) {
  const { comparison, rows, verdicts } = reported
  // Twins are compared with their methods alone.
  const methods = { ...comparison, arms: comparison.arms.filter((arm) => !isTwin(arm)) }
  const ofMeasure = verdicts[measure.name]
  const sign = measure.better === 'higher' ? 1 : -1
  const reference = [...(methods.arms.length > 0 ? rows.filter(({ arm }) => !isTwin(arm)) : rows)].sort(
    (a, b) => sign * (b.measures[measure.name].mean - a.measures[measure.name].mean),
  )[0]!.arm
  const rankPlot = ranks(methods, ofMeasure, measure)
  return (
    <details open={measure.name === 'dice'} class="figures">
      <summary>{measure.title} in figures</summary>
      <Figure svg={boxes(comparison, measure)}>
        Every case, averaged over its seeds{measure.isDistance ? ', empty predictions left out' : ''}: quartiles, whiskers to 1.5
        of the box; a dot a case.
      </Figure>
      {ofMeasure.length > 0 && (
        <Figure svg={differences(reference, ofMeasure, measure)}>
          Paired differences to {reference.name}, which has the best mean here; a dot a case, the large dot their mean with its 95
          % bootstrap interval, given the trained networks.
        </Figure>
      )}
      {rankPlot !== null && (
        <Figure svg={rankPlot}>
          Mean ranks over cases. A bar joins methods of which no two are told apart over cases (Holm’s p and interval), given the
          trained networks; without a bar they still need not be separable over runs.
        </Figure>
      )}
    </details>
  )
}

function ArmCurves({ arm }: { arm: Arm }) {
  const logs: NamedLog[] = arm.runs.map((run) => {
    const terms = readTerms(run)
    const name = `fold ${run.config.fold} seed ${run.config.seed}`
    return terms === undefined ? { name: `${name} (kept without its log)`, terms: [] } : { name, terms }
  })
  return (
    <details class="figures">
      <summary>{arm.name}</summary>
      <p class="legend">
        {logs.map(({ name }, index) => (
          <span key={name}>
            <i style={`background:${colourOf(index)}`} /> {name}
          </span>
        ))}
      </p>
      <div class="panels" dangerouslySetInnerHTML={{ __html: curves(logs) }} />
    </details>
  )
}

/** A row a case: each method's mean over seeds. */
function caseRows(arms: readonly Arm[], comparison: number): Cell[][] {
  const folds = new Map<string, number>()
  for (const { runs } of arms) for (const { config, cases } of runs) for (const { id } of cases) folds.set(id, config.fold)
  return [...folds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, fold]) => {
      const scores = arms.map(({ runs }) => runs.flatMap(({ cases }) => cases.filter((one) => one.id === id)))
      const means = (of: (one: (typeof scores)[number][number]) => number) =>
        scores.map((ofArm) => ofArm.reduce((sum, one) => sum + of(one), 0) / ofArm.length)
      const dice = means((one) => one.dice)
      const hd95 = means((one) => one.hd95)
      const worst = Math.min(...dice.filter(Number.isFinite))
      return [
        { text: id, href: caseHref(comparison, id) },
        { text: String(fold), value: fold },
        ...scores.flatMap((ofArm, i) => {
          const empties = ofArm.filter(({ emptyPrediction }) => emptyPrediction).length
          const mark = empties > 0 ? ` (${empties} empty)` : ''
          return [valueCell(dice[i]!, 3), { ...valueCell(hd95[i]!, 2), text: `${valueCell(hd95[i]!, 2).text}${mark}` }]
        }),
        valueCell(worst, 3),
      ]
    })
}

function valueCell(value: number, digits: number): Cell {
  return { text: Number.isFinite(value) ? figure(value, digits) : '–', value }
}

function runRow(arm: Arm, run: ReportedRun): Cell[] {
  const { config, cases, predictions, sessions } = run
  const last = sessions.at(-1)
  return [
    { text: arm.name },
    { text: String(config.fold), value: config.fold },
    { text: String(config.seed), value: config.seed },
    { text: shortHash(run), href: runHref(run) },
    { text: String(cases.length), value: cases.length },
    valueCell(cases.reduce((sum, { dice }) => sum + dice, 0) / cases.length, 3),
    { text: String(predictions.length), value: predictions.length },
    { text: String(last?.ended ?? '–') },
    { text: String(last?.host ?? '–') },
  ]
}
