import { afterAll, describe, expect, it } from 'vitest'
import { codeOf, PLAIN_SPOILS, spoiltCalls } from '../../kernels/test/spoiled-arguments.js'
import * as metrics from '../src/index-node.js'
import { box } from './masks.js'

type AnyFunction = (...given: unknown[]) => unknown

const FUNCTIONS = Object.fromEntries(Object.entries(metrics).filter(([, one]) => typeof one === 'function')) as unknown as Record<
  string,
  AnyFunction
>

const plainMask = () => box([4, 3, 2], [1, 1, 0], [3, 3, 2])
const mask = () => ({ ...plainMask(), spacing: [1, 1, 2], origin: [0, 0, 0], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] })
/** Masks with a spacing of their own and none in the options, and the other way round. */
const withOptions = (options: object): unknown[][] => [
  [mask(), mask(), options],
  [plainMask(), plainMask(), { ...options, spacing: [1, 1, 2] }],
]
const measured = { definition: 'medpy', tolerance: 1, empty: 'zero', webWorker: null }

/** Calls that work, with every option there is. */
const CALLS: Record<string, () => unknown[][]> = {
  evaluateLabels: () => withOptions({ ...measured, labels: [1] }),
  evaluateMask: () => withOptions(measured),
  largestComponent: () => [[plainMask()]],
  overlap: () => withOptions({}),
  setPipelineWorkerUrl: () => [['worker.js']],
  setPipelinesBaseUrl: () => [['pipelines']],
  surfaceDistances: () => withOptions({ ...measured, distances: true }),
}

/** The same functions under their names of Node, and those that take nothing. */
const OTHERS = ['evaluateLabelsNode', 'evaluateMaskNode', 'getPipelineWorkerUrl', 'getPipelinesBaseUrl', 'surfaceDistancesNode']

/** What may stand in the place: options have defaults, an array of zeros is an origin too. */
const FINE = [
  /^2\.(spacing|definition|tolerance|labels|distances): undefined$/,
  /^(overlap|surfaceDistances) 2: (undefined|an object)$/,
  /^surfaceDistances 2\.empty: undefined$/,
  /webWorker: /,
  /^[01]\.(origin|direction): undefined$/,
  /origin: bytes$/,
  /^evaluateLabels 2\.labels: an array$/,
  /^setPipelineWorkerUrl 0: null$/,
  /^set\w+ 0: a text$/,
]

afterAll(() => metrics.setPipelineWorkerUrl(null))

it('has a call of every function', () => {
  expect([...Object.keys(CALLS), ...OTHERS].sort()).toEqual(Object.keys(FUNCTIONS).sort())
})

describe.each(Object.entries(CALLS))('%s', (name, call) => {
  it('takes what it is made for and refuses everything else in each place, in words', async () => {
    for (const good of call()) {
      expect(await codeOf(() => FUNCTIONS[name]!(...good))).toBeUndefined()
      for (const { what, given } of spoiltCalls(good, PLAIN_SPOILS)) {
        const code = await codeOf(() => FUNCTIONS[name]!(...given))
        const isFine = code === undefined && FINE.some((fine) => fine.test(what) || fine.test(`${name} ${what}`))
        if (!isFine) expect(code ?? 'nothing refused', `${name} ${what}`).toMatch(/^DUALSEG_(VALUE|SHAPE)$/)
      }
    }
  })
})
