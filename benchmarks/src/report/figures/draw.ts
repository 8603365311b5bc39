import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'

/** One colour a method or run, told apart by people who see fewer colours too as far as ten go. */
export const COLOURS = [
  '#4269d0',
  '#efb118',
  '#ff725c',
  '#6cc5b0',
  '#3ca951',
  '#ff8ab7',
  '#a463f2',
  '#97bbf5',
  '#9c6b4e',
  '#9498a0',
  '#2f4b7c',
]

/**
 * A plot as SVG text; the same options give the same bytes.
 *
 * @param label what a reader who cannot see it is told
 */
export function draw(label: string, options: Plot.PlotOptions): string {
  const { document } = parseHTML('<html><body></body></html>')
  const figure = Plot.plot({
    document: document as unknown as Document,
    width: 860,
    marginBottom: 44,
    inset: 6,
    style: { fontSize: '12px', background: 'none' },
    ariaLabel: label,
    ...options,
  })
  figure.setAttribute('role', 'img')
  return figure.outerHTML
}
