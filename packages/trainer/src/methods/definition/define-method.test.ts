import { expect, it } from 'vitest'
import { methods, seedMethods } from '..'
import { MCF_FAMILY } from '../authors'
import { defineMethod } from './define-method'
import type { MethodDefinition } from './method'
import { emaTeacher, type NetworkSpecs, vnet } from './networks-of-a-method'

const definition: MethodDefinition<NetworkSpecs> = {
  name: 'mine',
  title: 'Mine',
  paper: 'none',
  networks: { student: vnet(), teacher: emaTeacher('vnet', { of: 'student', decay: 0.99 }) },
  step: () => ({}),
  predictWith: ['student'],
  authors: MCF_FAMILY,
  audit: {},
}

it('fills in what a definition leaves out', () => {
  const method = defineMethod(definition)
  expect(method.phases.map(({ name, optimises }) => [name, optimises])).toEqual([['step', ['student']]])
  expect(method).toMatchObject({ usesUnlabelled: true, decide: 'argmax', differs: [], switches: {} })
  expect(method.predictWith).toEqual([{ network: 'student', output: 'logits' }])
})

it.each<[string, Partial<MethodDefinition<NetworkSpecs>>, string]>([
  ['a name for no command line', { name: 'My Method' }, "'My Method': a name is made of lower-case letters"],
  [
    'a teacher of nobody',
    { networks: { teacher: emaTeacher('vnet', { of: 'pupil', decay: 0.9 }) } },
    "'teacher' averages 'pupil', which is none",
  ],
  [
    'a prediction by nobody',
    { predictWith: ['pupil'] },
    "predicts with 'pupil', which is none of its networks (student, teacher)",
  ],
  ['both step and phases', { phases: [] }, "give either 'step' or 'phases'"],
  ['a network that nothing changes', { networks: { student: { kind: 'vnet' } } }, "network 'student' needs an optimiser or"],
  ['an audit of nobody', { audit: { ce: { pupil: ['labelled'] } } }, "audit of 'ce' names 'pupil'"],
])('refuses %s', (_, change, message) => {
  expect(() => defineMethod({ ...definition, ...change })).toThrow(message)
})

it('refuses a phase that optimises a teacher', () => {
  const { step: _, ...rest } = definition
  const phases = [{ name: 'all', optimises: ['student', 'teacher'], terms: () => ({}) }]
  expect(() => defineMethod({ ...rest, phases })).toThrow(
    "phase 'all' optimises the teacher 'teacher'; teachers are only averaged",
  )
})

it('knows the eleven methods of the seed, in the order of the table, before all others', () => {
  expect([...methods.keys()].slice(0, seedMethods.length)).toEqual(seedMethods)
  expect(seedMethods).toEqual([
    'supervised',
    'mt',
    'ua-mt',
    'sassnet',
    'dtc',
    'mc-net',
    'mcf',
    'luseg',
    'dualnet',
    'luseg-released',
    'dualnet-released',
  ])
})
