import type { ComponentChildren } from 'preact'
import { htmlPage } from './html-page'

/**
 * A whole HTML page. Everything it loads lies beside it, as classic scripts, so that it opens from `file://`.
 *
 * @param root path to the report's folder, '' or '../' as often as needed
 */
export function page(title: string, root: string, children: ComponentChildren, scripts: readonly string[] = ['sort']): string {
  return htmlPage(
    title,
    <>
      <link rel="stylesheet" href={`${root}assets/report.css`} />
      {scripts.map((name) => (
        <script key={name} defer src={`${root}assets/${name}.js`} />
      ))}
    </>,
    <main>{children}</main>,
  )
}

/** Text of an SVG made by us. */
export function Figure({ svg, children }: { svg: string; children: ComponentChildren }) {
  return (
    <figure>
      <div class="drawing" dangerouslySetInnerHTML={{ __html: svg }} />
      <figcaption>{children}</figcaption>
    </figure>
  )
}

export interface Cell {
  readonly text: string
  /** Sorts by it where the text would not do. */
  readonly value?: number | string
  readonly href?: string
  readonly bold?: boolean
}

/** A table whose heads sort it; columns of figures are aligned by what their first cell holds. */
export function SortableTable({
  heads,
  rows,
  caption,
}: {
  heads: readonly string[]
  rows: readonly (readonly Cell[])[]
  caption?: string
}) {
  const isNumeric = heads.map((_, column) => typeof rows[0]?.[column]?.value === 'number')
  return (
    <div class="wide">
      <table class="sortable">
        {caption !== undefined && <caption>{caption}</caption>}
        <thead>
          <tr>
            {heads.map((head, column) => (
              <th key={head} scope="col" class={isNumeric[column] ? 'figure' : undefined}>
                <button type="button">{head}</button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={String(index)}>
              {row.map((cell, column) => (
                <td key={heads[column]} class={isNumeric[column] ? 'figure' : undefined} data-value={cell.value}>
                  <Content {...cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Content({ text, href, bold }: Cell) {
  const shown = bold ? <strong>{text}</strong> : text
  return href === undefined ? shown : <a href={href}>{shown}</a>
}
