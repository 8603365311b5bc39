/** Heads of `table.sortable` sort its rows, up and down in turns; rows without a figure stay last. Listens at the document: tables may come later. */
document.addEventListener('click', ({ target }) => {
  const head = target instanceof Element ? target.closest<HTMLTableCellElement>('table.sortable thead th') : null
  if (head === null || !(target as Element).closest('button')) return
  const isUp = head.getAttribute('aria-sort') === 'ascending'
  for (const other of head.parentElement!.children) other.removeAttribute('aria-sort')
  head.setAttribute('aria-sort', isUp ? 'descending' : 'ascending')
  const body = head.closest('table')!.tBodies[0]!
  const column = head.cellIndex
  body.append(...[...body.rows].sort((a, b) => compare(a.cells[column]!, b.cells[column]!, isUp ? -1 : 1)))
})

function compare(a: HTMLElement, b: HTMLElement, direction: number): number {
  const [x, y] = [a.dataset.value, b.dataset.value]
  if (x === undefined || y === undefined)
    return direction * (a.textContent ?? '').localeCompare(b.textContent ?? '', 'en', { numeric: true })
  if (Number.isNaN(Number(x)) || Number.isNaN(Number(y))) return Number(Number.isNaN(Number(x))) - Number(Number.isNaN(Number(y)))
  return direction * (Number(x) - Number(y))
}
