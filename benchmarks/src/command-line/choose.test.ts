import { describe, expect, it } from 'vitest'
import { choose, chooseIntegers, chooseList, refuseUnknownOption } from './choose'

const METHODS = ['supervised', 'mt', 'ua-mt', 'mcf', 'mc-net', 'dualnet', 'dualnet-released'] as const

describe('choose', () => {
  it('returns what is known', () => {
    expect(choose('--method', 'ua-mt', METHODS)).toBe('ua-mt')
  })

  it.each([
    ['mcff', 'mcf'],
    ['UA-MT', 'ua-mt'],
    ['uamt', 'ua-mt'],
    ['dualnet-release', 'dualnet-released'],
    ['superviesd', 'supervised'],
  ])('takes %s for %s', (typed, meant) => {
    expect(() => choose('--method', typed, METHODS)).toThrow(`--method ${typed}: did you mean ${meant}? Known: supervised, mt`)
  })

  it('guesses nothing where nothing is alike', () => {
    expect(() => choose('--method', 'nnunet-large', METHODS)).toThrow(/^--method nnunet-large: Known: supervised/)
    expect(() => choose('--method', '', METHODS)).toThrow(/^--method : Known: supervised/)
    expect(() => choose('--part', 'x', [])).toThrow('--part x: there is nothing to choose from.')
  })

  it('makes errors that stand for wrong usage', () => {
    expect(() => choose('--method', 'x', METHODS)).toThrow(expect.objectContaining({ code: 'DUALSEG_USAGE' }))
  })
})

describe('chooseList', () => {
  it('keeps the order, drops repetitions and blanks', () => {
    expect(chooseList('--method', 'mcf, mt,mcf', METHODS)).toEqual(['mcf', 'mt'])
  })

  it('takes all for everything, and a group for its members, also within a list', () => {
    expect(chooseList('--method', 'all', METHODS)).toEqual(METHODS)
    const groups = { two: ['mt', 'mcf'] as const }
    expect(chooseList('--method', 'two', METHODS, groups)).toEqual(['mt', 'mcf'])
    expect(chooseList('--method', 'mcf,two,dualnet', METHODS, groups)).toEqual(['mcf', 'mt', 'dualnet'])
    expect(() => chooseList('--method', 'all', METHODS, groups)).toThrow('--method all: Known:')
  })

  it('refuses a list with a hole', () => {
    for (const list of ['mt,', 'mt,,mcf'])
      expect(() => chooseList('--method', list, METHODS)).toThrow(`--method ${list}: a name is empty; leave out one comma.`)
  })
})

describe('chooseIntegers', () => {
  it('reads lists within the bounds, both included', () => {
    expect(chooseIntegers('--fold', '4,0, 4', 0, 4)).toEqual([4, 0])
  })

  it.each(['5', '-1', '1.0', '1e0', '0x1', '', ' ', '1,,2', '99999999999999999999'])('refuses %j', (value) => {
    expect(() => chooseIntegers('--fold', value, 0, 4)).toThrow(/^--fold .*" is not a whole number from 0 to 4\.$/)
  })
})

describe('refuseUnknownOption', () => {
  it('lets known ones pass', () => {
    expect(() => refuseUnknownOption('--fold', true, ['fold'])).not.toThrow()
  })

  it('names the nearest and all', () => {
    expect(() => refuseUnknownOption('--fodl', false, ['fold', 'seed'])).toThrow(
      '--fodl: no such option; did you mean --fold? Options: --fold --seed',
    )
  })
})
