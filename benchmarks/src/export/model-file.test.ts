import { join } from 'node:path'
import { expect, it } from 'vitest'
import { modelFile } from './model-file'

it('is the file given for one network, and a file each for several', () => {
  expect(modelFile(join('a', 'la.onnx'), 'vnet', 1)).toBe(join('a', 'la.onnx'))
  expect(modelFile(join('a', 'la.v2.onnx'), 'resnet', 2)).toBe(join('a', 'la.v2-resnet.onnx'))
  expect(modelFile('la', 'vnet', 2)).toBe('la-vnet')
})
