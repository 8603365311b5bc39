import { expect, it } from 'vitest'
import { noteLines } from './note-lines'

it('says a note once, with the names of those that it is about', () => {
  const noted = [
    { name: 'a', notes: ['has a tilt', 'is old'] },
    { name: 'b', notes: ['is old'] },
    { name: 'c', notes: ['is old', 'is old'] },
  ]
  expect(noteLines(noted)).toEqual(['Note: has a tilt (a).', 'Note: is old (all 3).'])
  expect(noteLines(noted.slice(0, 1))).toEqual(['Note: has a tilt.', 'Note: is old.'])
  const many = Array.from({ length: 8 }, (_, i) => ({ name: `P${i}`, notes: i < 7 ? ['is flat'] : [] }))
  expect(noteLines(many)).toEqual(['Note: is flat (P0, P1, P2, P3, P4 and 2 more).'])
})
