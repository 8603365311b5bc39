import { describe, expect, it, vi } from 'vitest'
import { duration, termsLine, workOff } from './progress'

describe('duration', () => {
  it.each([
    [0, '0ms'],
    [59.6, '59s'],
    [80, '1m 20s'],
    [7322, '2h 2m'],
    [-5, '0ms'],
    [Number.NaN, 'unknown'],
    [Number.POSITIVE_INFINITY, 'unknown'],
  ])('says %d s as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text)
  })
})

it('shows terms raw, with null for what is not a number', () => {
  expect(termsLine({ ce: 0.41234, contrast: null })).toBe('ce 0.412  contrast null')
})

describe('workOff', () => {
  async function watched(...args: Parameters<typeof workOff>) {
    const lines: string[] = []
    const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0)
    const stdout = vi.spyOn(process.stdout, 'write')
    try {
      const errors = await workOff(...args)
      return { errors, text: lines.join(''), toStdout: stdout.mock.calls.length }
    } finally {
      stderr.mockRestore()
      stdout.mockRestore()
    }
  }
  const fails = { title: 'second', run: () => Promise.reject(new Error('the reason')) }

  it('works off one after another and shows outcomes on stderr alone', async () => {
    const order: string[] = []
    const job = (title: string) => ({
      title,
      run: async () => {
        order.push(title)
        return `${title} is done`
      },
    })
    const { errors, text, toStdout } = await watched([job('a'), job('b')], { stopOnError: false })
    expect({ order, errors: errors.size, toStdout }).toEqual({ order: ['a', 'b'], errors: 0, toStdout: 0 })
    expect(text).toMatch(/a: a is done(.|\n)*b: b is done/)
  })

  it('goes on after a failure, or stops there, and hands over the error itself', async () => {
    const third = vi.fn(async () => undefined)
    const jobs = [fails, { title: 'third', run: third }]
    const went = await watched(jobs, { stopOnError: false })
    expect(went.errors.get('second')).toMatchObject({ message: 'the reason' })
    expect(third).toHaveBeenCalledTimes(1)
    const stopped = await watched(jobs, { stopOnError: true })
    expect(stopped.errors.size).toBe(1)
    expect(third).toHaveBeenCalledTimes(1)
    // Whoever called tells it.
    expect(stopped.text).not.toContain('the reason\n')
  })
})
