import { expect, it } from 'vitest'
import { fasterNode } from './fastest-node'

it.each(['v20.19.0', 'v22.23.3', 'v27.0.0'])('says on %s which Node is faster', (version) => {
  expect(fasterNode(version, 'linux x64')).toMatch(/^Node 24 to 26 are the fastest for the wasm engine: /)
})

it('says nothing on the fastest, nor where no processor packs', () => {
  expect(fasterNode('v24.21.0', 'linux x64')).toBeUndefined()
  expect(fasterNode('v26.10.0', 'win32 x64')).toBeUndefined()
  expect(fasterNode('v20.19.0', 'darwin arm64')).toBeUndefined()
})
