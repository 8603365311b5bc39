import { kernelSuite } from '@dualseg/kernels/testing'
import { tensorflowEngine } from '../src'
import { whereTensorflow } from './where-tensorflow'

whereTensorflow('TensorFlow', () => kernelSuite({ name: 'tensorflow', open: () => tensorflowEngine.open({ threads: 2 }) }))
