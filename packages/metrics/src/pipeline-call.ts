import type { Image, PipelineInput, PipelineOutput, TypedArray } from 'itk-wasm'
import { metricsError } from './errors.js'
import type { LabelStatistics } from './label-statistics.js'
import type { MeasuredBy } from './measure-options.js'

export const PIPELINE = 'surface-distances'

export interface PipelineAnswer {
  labels: LabelStatistics[]
  /** Distances of the surface points in scan order, then their areas if the definition weighs; empty unless asked for. */
  toReference: Float64Array
  toPrediction: Float64Array
}

/** What itk-wasm's runtime hands back, in Node and in the browser. */
interface PipelineResult {
  returnValue: number
  stderr: string
  outputs: PipelineOutput[]
}

/** One run of the pipeline: arguments and inputs for itk-wasm's runtime, and how to read its answer. */
export interface PipelineCall {
  args: string[]
  inputs: PipelineInput[]
  outputs: PipelineOutput[]
  read(result: PipelineResult): PipelineAnswer
  /** Turns whatever stopped the runtime into an error in words. */
  failure(cause: unknown): Error
}

/** Runs a call on a platform and makes of the answer what `use` makes of it. */
export type RunPipeline = <T extends object>(
  call: PipelineCall,
  use: (answer: PipelineAnswer) => T,
  options: { webWorker?: Worker | null | false },
) => Promise<T & { webWorker?: Worker }>

/**
 * Lays out a call.
 *
 * @param maps labels as bytes, prediction and reference; moved to the worker in the browser, so they must be the caller's to give
 * @param labels which to measure; all that are found if not given
 * @param distances also every distance, of one label
 */
export function pipelineCall(
  maps: readonly [Uint8Array, Uint8Array],
  size: readonly number[],
  { definition, spacing, tolerance }: MeasuredBy,
  { labels, distances = false }: { labels?: readonly number[] | undefined; distances?: boolean | undefined },
  where: string,
): PipelineCall {
  return {
    args: [
      ...['0', '1', '0', '1', '2', '--memory-io'],
      ...['--definition', definition],
      ...(labels ? ['--labels', labels.join(',')] : []),
      ...(tolerance === undefined ? [] : ['--tolerance', String(tolerance)]),
      ...(distances ? ['--distances'] : []),
    ],
    inputs: maps.map((bytes) => ({ type: 'Image', data: image(bytes, [...size], spacing) }) as PipelineInput),
    outputs: [{ type: 'JsonCompatible' }, { type: 'BinaryStream' }, { type: 'BinaryStream' }] as PipelineOutput[],
    read: ({ returnValue, stderr, outputs }) => {
      if (returnValue !== 0) {
        throw metricsError('DUALSEG_PIPELINE', `${where}: the pipeline ended with ${returnValue}: ${stderr.trim()}`)
      }
      const [statistics, ...streams] = outputs.map((output) => output.data as unknown)
      const [toReference, toPrediction] = (streams as { data: Uint8Array }[]).map(({ data }) => float64(data))
      return { ...(statistics as Pick<PipelineAnswer, 'labels'>), toReference: toReference!, toPrediction: toPrediction! }
    },
    failure: (cause) =>
      metricsError(
        'DUALSEG_PIPELINE',
        `${where}: the pipeline could not be loaded or ran out of memory for size [${size}]: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      ),
  }
}

/**
 * Bytes that a call may take: itk-wasm's runtime copies the whole `data.buffer` whatever the view's offset and length, and in the
 * browser the buffer moves to the worker.
 */
export function ownBytes(bytes: Uint8Array, source: { readonly buffer: ArrayBufferLike }): Uint8Array {
  return bytes.buffer === source.buffer ? bytes.slice() : bytes
}

function image(bytes: Uint8Array, size: number[], spacing: number[]): Image {
  const axes = size.length
  const direction = new Float64Array(axes * axes)
  for (let k = 0; k < axes; k++) direction[k * (axes + 1)] = 1
  return {
    imageType: { dimension: axes, componentType: 'uint8', pixelType: 'Scalar', components: 1 },
    name: 'mask',
    origin: new Array<number>(axes).fill(0),
    spacing,
    direction: direction as unknown as TypedArray,
    size,
    metadata: new Map(),
    data: bytes,
  }
}

function float64(bytes: Uint8Array): Float64Array {
  return new Float64Array(bytes.slice().buffer)
}
