import { duration } from '../../command-line/progress'
import { curves } from '../figures/curves'
import { faultText, type RunFault } from '../read-each'
import type { RunInWork } from '../runs-in-work'
import { page } from './page'

/** What the served pages tell beyond those of a folder: of runs that are not finished. */
export interface InWork {
  readonly runs: readonly RunInWork[]
  readonly faults: readonly RunFault[]
  readonly finished: number
  /** Why what is shown is not up to date. */
  readonly trouble: string | undefined
  /** Of the finished runs: another one where they changed. */
  readonly version: string
}

/** The runs in work alone: what the front page fetches again and again. */
export function inWorkPage(inWork: InWork): string {
  return page('Runs in work', '', <InWorkSection {...inWork} />)
}

export function InWorkSection({ runs, faults, finished, trouble, version }: InWork) {
  const running = runs.filter(({ state }) => state !== 'stopped')
  const training = running.flatMap(({ left }) => (left?.stage === 'train' ? [left.seconds] : []))
  return (
    <section id="in-work" data-version={version}>
      <h2>Runs in work</h2>
      {trouble !== undefined && <p class="caution">{trouble}</p>}
      <p>
        {running.length} in work, {runs.length - running.length} stopped, {finished} finished.
        {training.length > 0 && ` The last of those in work has trained in about ${duration(Math.max(...training))}.`} Runs that
        have not begun have no folder yet and are not counted.
      </p>
      <p role="status" class="quiet">
        This page follows the runs by itself.
      </p>
      {faults.length > 0 && (
        <ul class="cautions">
          {faults.map((fault) => (
            <li key={fault.file}>{faultText(fault)}</li>
          ))}
        </ul>
      )}
      {runs.length > 0 && (
        <div class="wide">
          <table>
            <thead>
              <tr>
                {['run', 'of', 'state', 'iteration', 'cases tested', 'left'].map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {runs.map((run) => (
                <tr key={run.folder}>
                  <td>{run.title}</td>
                  <td>{run.of}</td>
                  <td>{run.state}</td>
                  <td>
                    <progress value={run.iteration} max={run.iterations} aria-label={`Iterations of ${run.title}`} />{' '}
                    {`${run.iteration}/${run.iterations}`}
                  </td>
                  <td>{run.testCases === undefined ? run.cases : `${run.cases}/${run.testCases}`}</td>
                  <td>{leftText(run)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {runs
        .filter(({ terms }) => terms.length > 0)
        .map(({ folder, title, of, terms }) => (
          <details key={folder} class="figures">
            <summary>
              {title} ({of})
            </summary>
            <div class="panels" dangerouslySetInnerHTML={{ __html: curves([{ name: title, terms }]) }} />
          </details>
        ))}
    </section>
  )
}

/** `about 3 min, then 52 test cases` */
export function leftText({ state, left, testCases }: RunInWork): string {
  if (state === 'stopped') return 'its command goes on from there'
  if (left === undefined) return 'not known yet'
  const tests = left.stage === 'train' ? `, then ${testCases === undefined ? '' : `${testCases} `}test cases` : ''
  return `about ${duration(left.seconds)}${tests}`
}
