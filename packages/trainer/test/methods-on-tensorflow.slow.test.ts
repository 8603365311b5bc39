import { tensorflowEngine } from '@dualseg/backend-tensorflow'
import { beforeAll, it } from 'vitest'
import { whereEngine } from '../../kernels/test/where-engine'
import { methods, useEngine } from '../src'
import { holdsItsAudit } from './audited-steps'

whereEngine(await tensorflowEngine.probe())('methods on TensorFlow', () => {
  beforeAll(async () => {
    await useEngine('tensorflow', { threads: 1 })
  })

  it.each([...methods.values()])('$name teaches on three classes and two channels what it says', holdsItsAudit)
})
