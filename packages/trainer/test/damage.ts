import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'

/** What can become of a file, by name; each is given its path. */
export const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  empty: (path) => writeFileSync(path, ''),
  half: (path) => {
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.subarray(0, bytes.length >> 1))
  },
  null: (path) => writeFileSync(path, 'null'),
  list: (path) => writeFileSync(path, '[]\n'),
  junk: (path) => writeFileSync(path, 'these are no data\n'),
  binary: (path) =>
    writeFileSync(
      path,
      Uint8Array.from({ length: 300 }, (_, i) => (i * 167 + 13) & 255),
    ),
  'a folder': (path) => {
    rmSync(path, { recursive: true })
    mkdirSync(path)
  },
  // Root may read everything; nobody can follow a link to itself.
  'unreadable (ELOOP)': (path) => {
    rmSync(path, { recursive: true })
    symlinkSync(path, path)
  },
  'a junk line': (path) => {
    const bytes = readFileSync(path)
    const at = bytes.indexOf('\n') + 1
    writeFileSync(path, Buffer.concat([bytes.subarray(0, at), Buffer.from('these are no data\n'), bytes.subarray(at)]))
  },
  // Still what its format allows: one digit is another.
  edited: (path) => {
    const bytes = readFileSync(path)
    const at = bytes.findLastIndex((byte) => byte >= ZERO && byte <= ZERO + 9)
    bytes[at] = bytes[at] === ZERO ? ZERO + 1 : ZERO
    writeFileSync(path, bytes)
  },
  missing: (path) => rmSync(path, { recursive: true }),
}

const ZERO = 0x30

export function damage(path: string, kind: string): void {
  if (!existsSync(path)) throw new Error(`there is no ${path} to be damaged`)
  DAMAGES[kind]!(path)
}
