import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CheckedCase, labelCounts, usableCases } from '../../data/check/check-cases'
import type { ListedCase } from '../../data/check/check-dataset'
import { spacingOf } from '../../data/check/grids-of-cases'
import { reportAssets } from '../report-assets'
import { htmlPage } from './html-page'
import { type Cell, SortableTable } from './page'

/** Stands in every such page, so that only one of them is ever written over. */
export const CHECK_PAGE_MARK = 'DualSeg, bench data check'

/** One page with a table and a picture of every case; nothing lies beside it. */
export function checkPage(title: string, cases: readonly ListedCase[], classLines: readonly string[]): string {
  const refused = cases.filter((one) => 'refused' in one)
  return htmlPage(
    title,
    <>
      <meta name="generator" content={CHECK_PAGE_MARK} />
      <style dangerouslySetInnerHTML={{ __html: `${asset('report.css')}${STYLE}` }} />
    </>,
    <>
      <main>
        <h1>{title}</h1>
        <p class={refused.length > 0 ? 'caution' : undefined}>{usableSentence(cases)}</p>
        {classLines.map((line) => (
          <p key={line}>{line}</p>
        ))}
        <SortableTable heads={CHECK_HEADS} rows={cases.map(cells)} />
        <h2>Pictures</h2>
        <p>
          Three planes through the middle of the label, with its contour; intensities between the 0.5th and 99.5th percentile.
        </p>
        <div class="pictures">
          {cases.map((one) => (
            <figure key={one.id} id={one.id}>
              {'refused' in one ? (
                <p class="caution">{one.refused}</p>
              ) : (
                <img
                  alt={`Three planes of ${one.id} with the contour of its label`}
                  src={`data:image/png;base64,${one.picture?.toString('base64')}`}
                />
              )}
              <figcaption>{one.id}</figcaption>
            </figure>
          ))}
        </div>
      </main>
      <script dangerouslySetInnerHTML={{ __html: asset('sort.js') }} />
    </>,
  )
}

const STYLE =
  '.pictures { display: flex; flex-wrap: wrap; gap: 16px } .pictures figure { margin: 0; max-width: 560px } .pictures img { max-width: 100%; background: #fff }'

export const CHECK_HEADS = ['case', 'fold', 'size', 'spacing', 'axes', 'min', 'mean', 'max', 'SD', 'organ %', 'verdict']

function cells(one: ListedCase): Cell[] {
  const texts = checkCells(one)
  const values =
    'refused' in one
      ? []
      : [
          undefined,
          typeof one.fold === 'number' ? one.fold : undefined,
          one.size.reduce((voxels, n) => voxels * n),
          undefined,
          undefined,
          one.min,
          one.mean,
          one.max,
          one.sd,
          one.isLabelled ? one.organShare : undefined,
        ]
  return texts.map((text, column) => ({
    text,
    ...(values[column] !== undefined && { value: values[column] }),
    ...(column === 0 && { href: `#${encodeURIComponent(one.id)}` }),
  }))
}

/** A case as a line of text; the heads are `CHECK_HEADS`. */
export function checkCells(one: ListedCase): string[] {
  const fold = String(one.fold ?? '–')
  if ('refused' in one) return [one.id, fold, ...CHECK_HEADS.slice(3).map(() => '–'), 'refused']
  return [
    one.id,
    fold,
    one.size.join(' × '),
    spacingOf(one),
    one.axes ?? 'unknown',
    ...[one.min, one.mean, one.max, one.sd].map((value) => value.toFixed(2)),
    one.isLabelled ? (100 * one.organShare).toFixed(2) : '–',
    one.isLabelled ? (one.touchesEdge ? 'good; organ at the edge' : 'good') : 'good; no label',
  ]
}

/** `5 of 6 cases can be used: 3 with labels, 2 without.` */
export function usableSentence(cases: readonly CheckedCase[]): string {
  const usable = usableCases(cases)
  const counts = labelCounts(usable)
  return `${usable.length} of ${cases.length} cases can be used${counts === undefined ? '' : `: ${counts}`}.`
}

function asset(name: string): string {
  return readFileSync(join(reportAssets, name), 'utf8')
}
