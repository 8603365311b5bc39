import { readFileSync } from 'node:fs'
import { wasmEngine } from '@dualseg/backend-wasm'
import { expect, it } from 'vitest'
import { runNetworks } from '../src/conformance/networks'

const kit: unknown = JSON.parse(readFileSync(new URL('../fixtures/conformance/networks.json', import.meta.url), 'utf8'))

it.each(['vnet-f16-large', 'vnet-two-head-f16', 'mcnet-v1-f16', 'mcnet-v2-f16', 'discriminator'])(
  '%s agrees with PyTorch',
  async (name) => {
    await wasmEngine.open()
    const [result] = await runNetworks(kit, { only: (candidate) => candidate === name })
    expect(result!.failed).toEqual([])
    expect(result!.passed).toBeGreaterThan(15)
  },
)
