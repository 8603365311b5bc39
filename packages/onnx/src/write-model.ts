import { create, toBinary } from '@bufbuild/protobuf'
import type { FloatState } from '@dualseg/models'
import type { Attribute, Constant, Graph, GraphNode } from './graph'
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  Version,
} from './onnx.generated'
import { IMAGE } from './recording'

/** Version of ONNX's operators that the graphs are written in: read by onnxruntime from 1.12 (2022) on. */
export const OPERATOR_SET = 17

/** What else stands in a model's file. */
export interface ModelHeader {
  readonly name: string
  readonly producer: { readonly name: string; readonly version: string }
  readonly description: string
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * A graph with its weights as the bytes of an `.onnx` file, of batch and spatial axes of any length. Same input, same bytes.
 *
 * @param weights by the names that the graph calls them, in PyTorch's layout
 */
export function writeModel(
  graph: Graph,
  weights: ReadonlyMap<string, FloatState>,
  channels: number,
  { name, producer, description, metadata }: ModelHeader,
): Uint8Array {
  const used = new Set(graph.nodes.flatMap(({ inputs }) => inputs))
  const constants = Object.entries(graph.constants).map(([key, values]) => vector(key, values))
  const parameters = [...weights].filter(([key]) => used.has(key)).map(([key, { shape, data }]) => floats(key, shape, data))
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(Version.IR_VERSION_2021_7_30),
    opsetImport: [{ domain: '', version: BigInt(OPERATOR_SET) }],
    producerName: producer.name,
    producerVersion: producer.version,
    docString: description,
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name,
      node: graph.nodes.map(nodeProto),
      initializer: [...parameters, ...constants],
      input: [mapInfo(IMAGE, channels)],
      output: graph.outputs.map((output) => mapInfo(output.name, output.channels)),
    },
  })
  for (const { name: output, value } of graph.outputs) {
    model.graph!.node.push(nodeProto({ operator: 'Identity', inputs: [value], output, attributes: {} }))
  }
  return toBinary(ModelProtoSchema, model)
}

function nodeProto({ operator, inputs, output, attributes }: GraphNode) {
  return create(NodeProtoSchema, {
    opType: operator,
    name: output,
    input: [...inputs],
    output: [output],
    attribute: Object.entries(attributes).map(([name, attribute]) => attributeProto(name, attribute)),
  })
}

function attributeProto(name: string, attribute: Attribute) {
  const { FLOAT, INT, INTS, STRING } = AttributeProto_AttributeType
  if ('int' in attribute) return create(AttributeProtoSchema, { name, type: INT, i: BigInt(attribute.int) })
  if ('ints' in attribute) return create(AttributeProtoSchema, { name, type: INTS, ints: attribute.ints.map(BigInt) })
  if ('float' in attribute) return create(AttributeProtoSchema, { name, type: FLOAT, f: attribute.float })
  return create(AttributeProtoSchema, { name, type: STRING, s: new TextEncoder().encode(attribute.text) })
}

function vector(name: string, values: Constant) {
  if ('floats' in values) return floats(name, [values.floats.length], Float32Array.from(values.floats))
  const data = BigInt64Array.from(values.ints, BigInt)
  const dims = [BigInt(data.length)]
  return create(TensorProtoSchema, { name, dataType: TensorProto_DataType.INT64, dims, rawData: new Uint8Array(data.buffer) })
}

function floats(name: string, shape: readonly number[], data: Float32Array) {
  return create(TensorProtoSchema, {
    name,
    dataType: TensorProto_DataType.FLOAT,
    dims: shape.map(BigInt),
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  })
}

/** `[batch, channels, x, y, z]`: names where any length will do. */
function mapInfo(name: string, channels: number) {
  const free = (dimParam: string) => ({ value: { case: 'dimParam' as const, value: dimParam } })
  const fixed = { value: { case: 'dimValue' as const, value: BigInt(channels) } }
  const dim = [free('batch'), fixed, free('x'), free('y'), free('z')]
  const tensorType = { elemType: TensorProto_DataType.FLOAT, shape: { dim } }
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: tensorType } } })
}
