import { kernelSuite } from '@dualseg/kernels/testing'
import { torchEngine } from '../src/index'
import { whereTorch } from './where-torch'

/** `cpu` or `cuda`: the suite of another device than this is for a machine that has it. */
const device = (process.env.DUALSEG_TORCH_DEVICE ?? 'cpu') as 'cpu' | 'cuda'

whereTorch('the suite of every engine', () => {
  kernelSuite({ name: `dualseg-torch, ${device}`, open: () => torchEngine.open({ device }) })
})
