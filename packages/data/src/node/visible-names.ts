import { readdirSync } from 'node:fs'

/** Names in a folder, sorted, without those that begin with a dot: `.DS_Store`, and the `._X` that macOS's archives have beside every X. */
export function visibleNames(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort()
}
