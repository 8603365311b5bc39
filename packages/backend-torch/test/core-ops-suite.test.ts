import { coreOpsSuite } from '@dualseg/kernels/testing'
import { torchEngine } from '../src/index'
import { whereTorch } from './where-torch'

/** `cpu` or `cuda`: the suite of another device than this is for a machine that has it. */
const device = (process.env.DUALSEG_TORCH_DEVICE ?? 'cpu') as 'cpu' | 'cuda'

whereTorch('the ops of tfjs-core', () => {
  coreOpsSuite({ name: `dualseg-torch, ${device}`, open: () => torchEngine.open({ device }) })
})
