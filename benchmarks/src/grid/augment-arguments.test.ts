import { expect, it } from 'vitest'
import { readAugmentation } from './augment-arguments'

const ALL = [0, 1, 2] as const

it('is nothing by default, under either protocol: identities stay as they are', () => {
  for (const protocol of ['common', 'authors'] as const) {
    expect(readAugmentation({ augment: 'none', mirror: false }, protocol, ALL)).toEqual({})
  }
})

it('mirrors along the axes of the data set, in training and in the test', () => {
  expect(readAugmentation({ augment: 'flips', mirror: false }, 'common', [0, 1])).toEqual({
    augment: { kind: 'flips', mirrorAxes: [0, 1] },
  })
  expect(readAugmentation({ augment: 'strong', mirror: true }, 'common', ALL)).toEqual({
    augment: { kind: 'strong', mirrorAxes: ALL },
    testMirror: ALL,
  })
  expect(readAugmentation({ augment: 'none', mirror: true }, 'common', [1])).toEqual({ testMirror: [1] })
})

it("refuses what would change each method's own", () => {
  const words = (augment: string, mirror: boolean) => () => readAugmentation({ augment, mirror }, 'authors', ALL)
  expect(words('strong', true)).toThrow("--augment strong: --protocol authors has each method's own turns and flips")
  expect(words('none', true)).toThrow("--mirror: --protocol authors has each method's own turns and flips")
})

it('refuses to mirror where no axis may be, and augments otherwise there', () => {
  const words = (augment: string, mirror: boolean) => () => readAugmentation({ augment, mirror }, 'common', [])
  expect(words('flips', false)).toThrow('--augment flips: this data set may be mirrored along no axis')
  expect(words('none', true)).toThrow('--mirror: this data set may be mirrored along no axis')
  expect(readAugmentation({ augment: 'strong', mirror: false }, 'common', [])).toEqual({
    augment: { kind: 'strong', mirrorAxes: [] },
  })
})
