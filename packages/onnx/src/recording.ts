import { dualsegError } from '@dualseg/kernels'
import type { NetworkTensor } from '@dualseg/models'
import { type DataId, KernelBackend, type TensorInfo } from '@tensorflow/tfjs-core'
import type { Attribute, Constant, GraphNode } from './graph'

/** What the image is called in a graph. */
export const IMAGE = 'image'

/**
 * A TensorFlow.js backend that computes nothing: its kernels write down the nodes of a graph, and its tensors are the names of values.
 * Filters and vectors are known by the parameters that they are.
 */
export class Recording extends KernelBackend {
  readonly nodes: GraphNode[] = []
  readonly constants: Record<string, Constant> = {}
  private readonly parameters = new Map<DataId, string>()
  private readonly values = new WeakMap<DataId, string>()
  private readonly zeros = new WeakSet<DataId>()

  constructor(tensors: readonly Pick<NetworkTensor, 'name' | 'variable'>[]) {
    super()
    for (const { name, variable } of tensors) this.parameters.set(variable.dataId, name)
  }

  /** A new node; returns the value that it gives. */
  node(operator: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    const output = `${operator}_${this.nodes.length}`
    this.nodes.push({ operator, inputs, output, attributes })
    return output
  }

  /** A vector that is no parameter; returns its name. */
  constant(name: string, values: Constant): string {
    this.constants[name] = values
    return name
  }

  /** A tensor that stands for a value. */
  tensor(value: string, shape: readonly number[]): TensorInfo {
    const dataId = {}
    this.values.set(dataId, value)
    return { dataId, shape: [...shape], dtype: 'float32' }
  }

  /** The value that a map `[batch, x, y, z, channels]` stands for. */
  mapOf(kernel: string, { dataId, shape }: TensorInfo): string {
    const value = this.values.get(dataId)
    if (value !== undefined && shape.length === 5) return value
    throw refused(
      `${kernel} takes a tensor [${shape}] that is no map made of the image; only such maps and the network's parameters can be written`,
    )
  }

  /** The name of the parameter or running statistic that a tensor is. */
  parameterOf(kernel: string, { dataId, shape }: TensorInfo): string {
    const name = this.parameters.get(dataId)
    if (name !== undefined) return name
    throw refused(
      `${kernel} takes a filter or vector [${shape}] that is none of the network's tensors, so its values are nowhere to be read`,
    )
  }

  /** Whether a tensor is zeros that the forward pass made. */
  isZeros({ dataId }: TensorInfo): boolean {
    return this.zeros.has(dataId)
  }

  override readSync(): never {
    throw refused('the forward pass reads values in its middle, which a graph cannot')
  }

  override read(): never {
    return this.readSync()
  }

  /** Zeros are known, whatever their shape: a kernel may say what they are for. */
  override write(values: unknown, shape: number[]): DataId {
    const dataId = {}
    if (!(values instanceof Float32Array && values.every((value) => value === 0))) {
      throw refused(
        `the forward pass makes a tensor [${shape}] of its own; only the image and the network's parameters can be written`,
      )
    }
    this.zeros.add(dataId)
    return dataId
  }

  override numDataIds(): number {
    return 0
  }

  override incRef(): void {}

  override refCount(): number {
    return 1
  }

  override disposeData(): boolean {
    return true
  }

  override floatPrecision(): 32 {
    return 32
  }

  override epsilon(): number {
    return 1e-7
  }

  override dispose(): void {}
}

/** What cannot be written as a graph. */
export function refused(why: string): Error {
  return dualsegError('DUALSEG_ONNX', `onnxModel: ${why}`)
}
