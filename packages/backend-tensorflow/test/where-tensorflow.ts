import { whereEngine } from '../../kernels/test/where-engine'
import { tensorflowEngine } from '../src'

export const whereTensorflow = whereEngine(await tensorflowEngine.probe())
