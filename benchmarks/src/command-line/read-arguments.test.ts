import { describe, expect, it } from 'vitest'
import { readArguments } from './read-arguments'

const DEFINITIONS = {
  method: { type: 'string', default: 'all' },
  runs: { type: 'string', default: 'runs' },
  data: { type: 'string' },
  json: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
}
const read = (...args: string[]) => readArguments('bench la', args, DEFINITIONS, ['method'])

describe('readArguments', () => {
  it('fills in defaults', () => {
    expect(read()).toEqual({ method: 'all', runs: 'runs', data: undefined, json: false, 'dry-run': false })
  })

  it.each([
    ['two words', ['--method', 'mt', '--runs', 'there']],
    ['an equals sign', ['--method=mt', '--runs=there']],
    ['any order', ['--runs=there', '--method', 'mt']],
  ])('reads values given as %s', (_, args) => {
    expect(read(...args)).toMatchObject({ method: 'mt', runs: 'there' })
  })

  it('joins a repeated list with commas, as if it had been given at once', () => {
    expect(read('--method', 'mt', '--method=dtc,mcf').method).toBe(read('--method', 'mt,dtc,mcf').method)
  })

  it('keeps what follows the first equals sign, and values that begin with dashes after it', () => {
    expect(read('--data=a=b').data).toBe('a=b')
    expect(read('--data=--folder').data).toBe('--folder')
  })

  it('reads flags, negated ones too; the last one counts', () => {
    expect(read('--json', '--dry-run')).toMatchObject({ json: true, 'dry-run': true })
    expect(read('--no-json').json).toBe(false)
    expect(read('--no-json', '--json').json).toBe(true)
  })

  it('takes positionals in their order, also after --', () => {
    const definitions = { folder: { type: 'positional' }, json: { type: 'boolean', default: false } }
    expect(readArguments('bench x', ['--json', 'here'], definitions)).toEqual({ folder: 'here', json: true })
    expect(readArguments('bench x', ['--', '--here'], definitions)).toEqual({ folder: '--here', json: false })
    expect(() => readArguments('bench x', [], definitions)).toThrow('bench x: <folder> is missing; bench x --help shows how')
  })

  it('takes an option by its other name, and both are one', () => {
    const definitions = {
      probabilities: { type: 'boolean', alias: 'probs', default: false },
      out: { type: 'string', alias: 'to' },
    }
    const given = (...args: string[]) => readArguments('bench x', args, definitions)
    expect(given('--probs', '--to', 'a')).toEqual(given('--probabilities', '--out=a'))
    expect(given('--probabilities', '--no-probs').probabilities).toBe(false)
    expect(() => given('--to', 'a', '--out', 'b')).toThrow('--out is given twice')
    expect(() => given('--prob')).toThrow('--prob: no such option')
  })

  it('keeps names of cases apart, for they may have commas', () => {
    const definitions = { 'hold-out': { type: 'string', valueHint: 'cases' } }
    expect(readArguments('bench x', ['--hold-out', 'P1, left', '--hold-out=P2'], definitions, ['hold-out'])).toEqual({
      'hold-out': ['P1, left', 'P2'],
    })
  })

  it('refuses names that every object has', () => {
    for (const name of ['constructor', '__proto__', 'toString'])
      expect(() => read(`--${name}`, 'x')).toThrow(`--${name}: no such option`)
  })
})
