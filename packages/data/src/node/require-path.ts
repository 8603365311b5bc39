import { dataError } from '../data-error'

/** @throws DUALSEG_VALUE for what is no path */
export function requirePath(path: unknown, where: string): asserts path is string {
  if (typeof path === 'string' && path !== '' && !path.includes('\0')) return
  const found = typeof path === 'string' ? JSON.stringify(path) : path === null ? 'null' : typeof path
  throw dataError(`${where}: the path is ${found}, expected the name of a file or folder as text`, { code: 'DUALSEG_VALUE' })
}
