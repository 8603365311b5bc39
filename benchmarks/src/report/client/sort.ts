/** Heads of `table.sortable` sort its rows, up and down in turns; rows without a figure stay last. */
for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable')) {
  const heads = [...table.tHead!.rows[0]!.cells]
  heads.forEach((head, column) => {
    head.querySelector('button')!.addEventListener('click', () => {
      const isUp = head.getAttribute('aria-sort') === 'ascending'
      for (const other of heads) other.removeAttribute('aria-sort')
      head.setAttribute('aria-sort', isUp ? 'descending' : 'ascending')
      const body = table.tBodies[0]!
      body.append(...[...body.rows].sort((a, b) => compare(a.cells[column]!, b.cells[column]!, isUp ? -1 : 1)))
    })
  })
}

function compare(a: HTMLElement, b: HTMLElement, direction: number): number {
  const [x, y] = [a.dataset.value, b.dataset.value]
  if (x === undefined || y === undefined)
    return direction * (a.textContent ?? '').localeCompare(b.textContent ?? '', 'en', { numeric: true })
  if (Number.isNaN(Number(x)) || Number.isNaN(Number(y))) return Number(Number.isNaN(Number(x))) - Number(Number.isNaN(Number(y)))
  return direction * (Number(x) - Number(y))
}
