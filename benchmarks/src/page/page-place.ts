import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { dualsegError } from '@dualseg/kernels'

/** What lies at the top of a page's folder beside its scripts. */
const PARTS: ReadonlySet<string> = new Set(['index.html', 'page.css', 'about.json', 'model', 'pipelines'])

/**
 * Where a page's folder really lies, with a link followed, and known to be new, empty, or, asked for, an older page with nothing else in it: for it is replaced as a
 * whole.
 *
 * @throws DUALSEG_USAGE if something else lies there
 */
export function pagePlace(out: string, overwrite: boolean): string {
  const isLink = lstatSync(out, { throwIfNoEntry: false })?.isSymbolicLink() === true
  const place = isLink && existsSync(out) ? realpathSync(out) : out
  const refuse = (found: string) => dualsegError('DUALSEG_USAGE', `--out ${out}: ${found}`)
  if (!existsSync(place)) return place
  if (!statSync(place).isDirectory()) throw refuse('something else lies there; name a new folder, or an older page')
  const names = readdirSync(place)
  if (names.length === 0) return place
  const isPage = existsSync(join(place, 'about.json')) && existsSync(join(place, 'model', 'model.json'))
  if (!isPage) throw refuse('something else lies there; name a new folder, or an older page')
  const others = names.filter((name) => !PARTS.has(name) && !/\.js$/.test(name))
  if (others.length > 0)
    throw refuse(`beside an older page, which would be replaced as a whole, lie ${others.slice(0, 5).join(', ')}; move them away`)
  if (!overwrite) throw refuse('a page is there already; --overwrite replaces it, or name another folder')
  return place
}
