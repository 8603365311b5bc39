import { expect, it } from 'vitest'
import { wholeFolds } from './whole-folds'

const labelled = ['P1', 'P1, left', 'P2', 'Müller, A.'.normalize('NFC')]
const testedBy = (...given: string[]) => wholeFolds(labelled, [], given).test[0]

it('takes names with commas between, once each', () => {
  expect(testedBy('P1,P2', 'P2')).toEqual(['P1', 'P2'])
  expect(testedBy('P1, P2')).toEqual(['P1', 'P2'])
  expect(testedBy()).toEqual([])
})

it('takes a name with a comma in it as it stands', () => {
  expect(testedBy('P1, left', 'Müller, A.'.normalize('NFD'))).toEqual(['P1, left', 'Müller, A.'])
  expect(wholeFolds(labelled, ['U'], ['P1, left'])).toMatchObject({ train: [['P1', 'P2', 'Müller, A.']], unlabelled: ['U'] })
})

it('refuses what no case is called', () => {
  expect(() => testedBy('P1,left')).toThrow('--hold-out left: no case of this name has a label; expected some of P1, P1, left')
  expect(() => testedBy('P1,')).toThrow('--hold-out P1,: a name is empty; leave out one comma.')
})
