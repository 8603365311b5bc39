import { coreOpsSuite } from '@dualseg/kernels/testing'
import { tensorflowEngine } from '../src'
import { whereTensorflow } from './where-tensorflow'

whereTensorflow('TensorFlow', () => coreOpsSuite({ name: 'tensorflow', open: () => tensorflowEngine.open({ threads: 2 }) }))
