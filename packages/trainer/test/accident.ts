import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RandomStream, random } from '@dualseg/kernels/random'
import { DAMAGES } from './damage'

/** Every file below a folder. */
export function filesIn(folder: string): string[] {
  return (readdirSync(folder, { recursive: true, encoding: 'utf8' }) as string[])
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort()
}

/** What became of which file. */
export interface Accident {
  readonly file: string
  readonly what: string
}

/** One accident to one file of a run, by its number: to some of its bytes, or one of those that have a name. */
export function accident(folder: string, purpose: string, draw: number): Accident {
  const stream = random(17, purpose, draw, 0)
  const files = filesIn(folder)
  const file = files[stream.integer(0, files.length)]!
  const path = join(folder, file)
  const kinds = Object.keys(DAMAGES)
  // Three times in four to its bytes.
  if (stream.integer(0, 4) === 0) {
    const what = kinds[stream.integer(0, kinds.length)]!
    DAMAGES[what]!(path)
    return { file, what }
  }
  const { bytes, what } = damagedBytes(readFileSync(path), stream)
  writeFileSync(path, bytes)
  return { file, what }
}

function damagedBytes(whole: Uint8Array, stream: RandomStream): { bytes: Uint8Array; what: string } {
  const at = stream.integer(0, whole.length)
  const to = Math.min(whole.length, at + stream.integer(1, 65))
  const bytes = Uint8Array.from(whole)
  switch (stream.integer(0, 5)) {
    case 0:
      bytes[at]! ^= 1 << stream.integer(0, 8)
      return { bytes, what: `a bit at ${at}` }
    case 1:
      return { bytes: bytes.subarray(0, at), what: `a cut at ${at}` }
    case 2:
      return { bytes: bytes.fill(0, at, to), what: `zeros from ${at} to ${to}` }
    case 3:
      return { bytes: Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]), what: `twice from ${at} to ${to}` }
    default:
      for (let i = at; i < to; i++) bytes[i] = stream.integer(0, 256)
      return { bytes, what: `other bytes from ${at} to ${to}` }
  }
}
