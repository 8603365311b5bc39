import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'

const PROJECT = fileURLToPath(new URL('..', import.meta.url))
const MOST_BESIDE_ROOMS = 5

/** What `docs/why/architecture.md` draws: a block a house, its first line the folder, then a room a line with those it imports from. */
const drawn = [
  ...readFileSync(join(PROJECT, 'docs/why/architecture.md'), 'utf8').matchAll(/^```\n([\w/]+\/src)\n([^`]*)```/gm),
].map(([, house, lines]) => ({
  house: house!,
  rooms: lines!
    .trim()
    .split('\n')
    .map((line) => {
      const [room, below = ''] = line.split('->')
      return { room: room!.trim(), below: below.split(',').flatMap((name) => name.trim() || []) }
    }),
}))

/** Rooms and what they import from each other, as the sources have it; tests are guests everywhere. */
function built(house: string): Map<string, Set<string>> {
  const root = join(PROJECT, house)
  const roomOf = (path: string) => relative(root, path).split('/')[0]!
  const rooms = new Map<string, Set<string>>()
  for (const entry of readdirSync(root, { withFileTypes: true })) if (entry.isDirectory()) rooms.set(entry.name, new Set())
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    if (
      !entry.isFile() ||
      !/\.tsx?$/.test(entry.name) ||
      /\.test\.ts$/.test(entry.name) ||
      entry.parentPath === root.replace(/\/$/, '')
    )
      continue
    for (const { fileName } of ts.preProcessFile(readFileSync(path, 'utf8')).importedFiles) {
      if (!fileName.startsWith('.')) continue
      const target = resolve(dirname(path), fileName)
      // What lies outside the house is another house's affair; package.json is read for the version.
      if (relative(root, target).startsWith('..')) continue
      if (roomOf(target) !== roomOf(path)) rooms.get(roomOf(path))!.add(roomOf(target))
    }
  }
  return rooms
}

test('both houses are drawn', () => {
  expect(drawn.map(({ house }) => house)).toEqual(['packages/trainer/src', 'benchmarks/src'])
})

test.each(drawn)('$house: rooms import from each other as the picture shows', ({ house, rooms }) => {
  const asDrawn = Object.fromEntries(rooms.map(({ room, below }) => [room, [...below].sort()]))
  const asBuilt = Object.fromEntries([...built(house)].map(([room, below]) => [room, [...below].sort()]))
  expect(asDrawn).toEqual(asBuilt)
})

test.each(drawn)('$house: arrows point up the list only, so that there is no circle', ({ rooms }) => {
  const wrong = rooms.flatMap(({ room, below }, at) =>
    below.filter((name) => !rooms.slice(0, at).some((other) => other.room === name)).map((name) => `${room} -> ${name}`),
  )
  expect(wrong).toEqual([])
})

test.each(drawn)(`$house: at most ${MOST_BESIDE_ROOMS} files stand beside the rooms`, ({ house }) => {
  const files = readdirSync(join(PROJECT, house), { withFileTypes: true }).filter((entry) => entry.isFile())
  expect(files.map(({ name }) => name).length).toBeLessThanOrEqual(MOST_BESIDE_ROOMS)
})
