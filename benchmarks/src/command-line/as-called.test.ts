import { expect, it } from 'vitest'
import { asCalled } from './as-called'

it.each([
  ['pnpm -s bench list --json', 'dualseg list --json'],
  ['Then: pnpm bench ~/liver --dry-run', 'Then: dualseg ~/liver --dry-run'],
  [
    'bench predict: <image> is missing; bench predict --help shows how',
    'dualseg predict: <image> is missing; dualseg predict --help shows how',
  ],
  ['a work bench of la', 'a work bench of la'],
  ['~/bench la/scan.nii.gz', '~/bench la/scan.nii.gz'],
  ['describe it (docs/how-to/data-set.md)', 'describe it (https://github.com/dualseg/dualseg/blob/main/docs/how-to/data-set.md)'],
  ['/home/me/docs/how-to/data-set.md', '/home/me/docs/how-to/data-set.md'],
  ['put them into datasets/la/volumes', 'put them into datasets/la/volumes'],
])('installed: %s', (written, called) => {
  expect(asCalled(written, false)).toBe(called)
  expect(asCalled(written, true)).toBe(written)
})
