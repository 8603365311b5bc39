import { expect, it } from 'vitest'
import { readArms } from './grid-arguments'

const methodsOf = (args: object) =>
  readArms({ method: 'seed', profile: 'half', protocol: 'common', ...args }).map(({ method }) => method)

it('has behind every method its supervised twin, each once, and none for a method without unlabelled samples', () => {
  expect(methodsOf({ method: 'supervised,ua-mt,mt,luseg-released,dualnet-released,ict' })).toEqual([
    ...['supervised', 'ua-mt', 'mt-twin', 'mt', 'luseg-released', 'luseg-twin', 'dualnet-released', 'ict'],
  ])
  // Under the authors' protocols ICT is supervised otherwise than MT.
  expect(methodsOf({ method: 'mt,ict', protocol: 'authors' })).toEqual(['mt', 'mt-twin', 'ict', 'ict-twin'])
  expect(methodsOf({})).toHaveLength(11 + 7)
  expect(methodsOf({ method: 'all' })).toHaveLength(24 + 15)
})

it('has none at quick, and none or all where that is said', () => {
  expect(methodsOf({ method: 'mt', profile: 'quick' })).toEqual(['mt'])
  expect(methodsOf({ method: 'mt', profile: 'quick', twins: true })).toEqual(['mt', 'mt-twin'])
  expect(methodsOf({ method: 'mt', twins: false })).toEqual(['mt'])
  expect(methodsOf({ method: 'mt-twin,cps', twins: false })).toEqual(['mt-twin', 'cps'])
})

it('switches nothing off in a twin: what can be switched off is no part of it', () => {
  expect(readArms({ method: 'dualnet', profile: 'half', protocol: 'common', without: 'contrast' })).toEqual([
    { method: 'dualnet', without: ['contrast'] },
    { method: 'dualnet-twin', without: [] },
  ])
})
