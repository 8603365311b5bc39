import { knownMethod, methods, twinOf } from '@dualseg/trainer'

/** A row of a table, as far as twins are concerned. */
interface Row {
  readonly method: string
}

export function isTwin({ method }: Row): boolean {
  return knownMethod(method)?.twinOf !== undefined
}

/** The name of a method's supervised twin; undefined if it has none, or is not known here. */
export function twinNamed(method: string, protocol: string): string | undefined {
  const own = methods.get(method)
  return own && twinOf(own, protocol === 'authors' ? 'authors' : 'common')?.name
}

/** The row of a method's supervised twin; undefined if the table has none, or several. */
export function twinRow<R extends Row>({ method }: Row, rows: readonly R[], protocol: string): R | undefined {
  const twin = twinNamed(method, protocol)
  const found = twin === undefined ? [] : rows.filter((row) => row.method === twin)
  return found.length === 1 ? found[0] : undefined
}

/** As the methods are listed everywhere, a twin behind the method that it is named after; one's own come last. */
export function placeOf({ method }: Row): number {
  const known = [...methods.keys()]
  const at = known.indexOf(knownMethod(method)?.twinOf ?? method)
  if (at < 0) return known.length
  return known[at] === method ? at : at + 0.5
}
