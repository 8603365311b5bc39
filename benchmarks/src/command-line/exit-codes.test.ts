import { dualsegError } from '@dualseg/kernels'
import { expect, it } from 'vitest'
import { errorCode, exitCodeOf } from './exit-codes'

it.each([
  ['DUALSEG_USAGE', 2],
  ['DUALSEG_DATA', 3],
  ['DUALSEG_ENGINE_MISSING', 4],
  ['DUALSEG_NAN', 1],
  ['DUALSEG_VALUE', 1],
] as const)('%s ends the program with %i', (code, exit) => {
  expect(exitCodeOf(dualsegError(code, 'words'))).toBe(exit)
})

it('takes all that was not foreseen for a failed run', () => {
  for (const thrown of [new Error('bug'), 'text', undefined, null, { code: 'DUALSEG_DATA' }]) expect(exitCodeOf(thrown)).toBe(1)
  expect(errorCode(new DOMException('aborted', 'AbortError'))).toBeUndefined()
})
