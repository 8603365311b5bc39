import { expect, it } from 'vitest'
import { dualsegError } from './errors'

it('is an Error with a code and, if there is one, a cause', () => {
  const cause = new Error('underneath')
  const error = dualsegError('DUALSEG_DATA', 'readCase: file is damaged', { cause })
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ code: 'DUALSEG_DATA', message: 'readCase: file is damaged', cause })
  expect('cause' in dualsegError('DUALSEG_VALUE', 'no cause')).toBe(false)
})
