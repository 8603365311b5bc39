import { torchEngine } from '@dualseg/backend-torch'
import { beforeAll, it } from 'vitest'
import { whereEngine } from '../../kernels/test/where-engine'
import { methods, useEngine } from '../src'
import { holdsItsAudit } from './audited-steps'

whereEngine(await torchEngine.probe({ device: 'cpu' }))('methods on PyTorch', () => {
  beforeAll(async () => {
    await useEngine('torch', { device: 'cpu', threads: 1 })
  })

  it.each([...methods.values()])('$name teaches on three classes and two channels what it says', holdsItsAudit)
})
