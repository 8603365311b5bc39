import { whereEngine } from '../../kernels/test/where-engine'
import { torchEngine } from '../src'

export const whereTorch = whereEngine(await torchEngine.probe({ device: 'cpu' }))
