import type { ClassScores } from '@dualseg/trainer'
import { curves } from '../figures/curves'
import { readTerms } from '../logged-terms'
import { distanceUnitOf, figure, type Measure, measuresIn } from '../measures'
import { casesOfClass } from '../of-classes'
import type { ReportedRun } from '../run-files'
import { caseHref } from './links'
import { page, SortableTable } from './page'

/** One run: where it came from, what it learnt, what it scored. */
export function runPage(arm: string, run: ReportedRun, comparison: number): string {
  const { config, sha256, cases, sessions, folder } = run
  const terms = readTerms(run)
  const measures = measuresIn(distanceUnitOf(config.settings))
  const title = `${arm}, fold ${config.fold}, seed ${config.seed}`
  return page(
    title,
    '../',
    <>
      <p>
        <a href={`../index.html#comparison-${comparison}`}>Comparison</a>
      </p>
      <h1>{title}</h1>
      <dl>
        <dt>identity</dt>
        <dd>
          <code>{sha256}</code>
        </dd>
        <dt>folder</dt>
        <dd>
          <code>{folder}</code>
        </dd>
      </dl>
      <h2>Learning curves</h2>
      {terms === undefined ? (
        <p>This run was kept without its log.</p>
      ) : (
        <div class="panels" dangerouslySetInnerHTML={{ __html: curves([{ name: title, terms }]) }} />
      )}
      <h2>Cases</h2>
      <ScoreTable cases={cases} measures={measures} hrefOf={(id) => `../${caseHref(comparison, id)}`} />
      {config.settings.classNames?.map((name, index) => (
        <ScoreTable
          key={name}
          caption={`Class ${name}`}
          cases={casesOfClass(cases, index + 1)}
          measures={measures}
          hrefOf={(id) => `../${caseHref(comparison + 1 + index, id)}`}
        />
      ))}
      <h2>Provenance</h2>
      <p>Every process that worked on it: when, where, with which versions.</p>
      <pre>{JSON.stringify(sessions, null, 2)}</pre>
      <h2>Configuration: all that decides the result</h2>
      <pre>{JSON.stringify(config, null, 2)}</pre>
    </>,
  )
}

function ScoreTable({
  cases,
  measures,
  hrefOf,
  caption,
}: {
  cases: readonly (ClassScores & { readonly id: string })[]
  measures: readonly Measure[]
  hrefOf(id: string): string
  caption?: string
}) {
  return (
    <SortableTable
      {...(caption !== undefined && { caption })}
      heads={['case', ...measures.map((measure) => measure.title), 'empty prediction']}
      rows={cases.map((scores) => [
        { text: scores.id, href: hrefOf(scores.id) },
        ...measures.map(({ name, digits }) => ({ text: figure(scores[name], digits), value: scores[name] })),
        { text: scores.emptyPrediction ? 'yes' : 'no' },
      ])}
    />
  )
}
