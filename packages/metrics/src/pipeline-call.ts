import type { Image, PipelineInput, PipelineOutput, TypedArray } from 'itk-wasm'
import { checkSameSpace, maskBytes, resolveSpacing } from './check-masks.js'
import { checkPolicy, emptyDistance } from './empty-policy.js'
import { metricsError } from './errors.js'
import type { Mask } from './mask.js'
import type { SurfaceDistancesOptions } from './surface-distances-options.js'
import type { DirectedDistances, SurfaceDistancesResult } from './surface-distances-result.js'

export const PIPELINE = 'surface-distances'

type Summary = Pick<DirectedDistances, 'mean' | 'percentile95' | 'maximum'>

/** The pipeline's JSON; summaries are absent if a mask is empty. */
interface Statistics {
  surfaceVoxels: [prediction: number, reference: number]
  pooled?: Summary
  toReference?: Summary
  toPrediction?: Summary
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
  interpret(result: PipelineResult): SurfaceDistancesResult
  /** Turns whatever stopped the runtime into an error in words. */
  failure(cause: unknown): Error
}

/** Checks the masks and lays out the call. @throws DUALSEG_SHAPE, DUALSEG_VALUE */
export function pipelineCall(prediction: Mask, reference: Mask, options: SurfaceDistancesOptions): PipelineCall {
  const where = 'surfaceDistances'
  const policy = options.empty ?? 'error'
  checkPolicy(policy, where)
  const images = [prediction, reference].map((mask, k) => maskBytes(mask, `${where}: ${k === 0 ? 'prediction' : 'reference'}`))
  checkSameSpace(prediction, reference, where)
  const size = [...reference.size]
  const spacing = resolveSpacing(prediction, reference, options.spacing, where)

  const interpret = (result: PipelineResult): SurfaceDistancesResult => {
    if (result.returnValue !== 0) {
      throw metricsError('DUALSEG_PIPELINE', `${where}: the pipeline ended with ${result.returnValue}: ${result.stderr.trim()}`)
    }
    const [statistics, ...streams] = result.outputs.map((output) => output.data) as [Statistics, ...{ data: Uint8Array }[]]
    const [predictionVoxels, referenceVoxels] = statistics.surfaceVoxels
    const emptiness = { emptyPrediction: predictionVoxels === 0, emptyReference: referenceVoxels === 0 }
    const substitute = emptyDistance(policy, emptiness, { size, spacing }, where)
    const value = substitute ?? Number.NaN
    const summary = (measured: Summary | undefined): Summary => measured ?? { mean: value, percentile95: value, maximum: value }
    const directed = (measured: Summary | undefined, stream: { data: Uint8Array }): DirectedDistances =>
      options.distances ? { ...summary(measured), distances: float64(stream.data) } : summary(measured)
    const pooled = summary(statistics.pooled)
    const toReference = directed(statistics.toReference, streams[0]!)
    const toPrediction = directed(statistics.toPrediction, streams[1]!)
    return {
      hd: pooled.maximum,
      hd95: pooled.percentile95,
      asd: toReference.mean,
      asdReverse: toPrediction.mean,
      assd: pooled.mean,
      assdOfMeans: (toReference.mean + toPrediction.mean) / 2,
      toReference,
      toPrediction,
      surfaceVoxels: { prediction: predictionVoxels, reference: referenceVoxels },
      ...emptiness,
      excluded: policy === 'exclude' && substitute !== undefined,
      empty: policy,
      definition: 'medpy',
      spacing,
    }
  }

  return {
    args: ['0', '1', '0', '1', '2', '--memory-io', ...(options.distances ? ['--distances'] : [])],
    inputs: images.map((bytes, k) => {
      const shared = bytes.buffer === (k === 0 ? prediction : reference).data.buffer
      return { type: 'Image', data: image(shared ? bytes.slice() : bytes, size, spacing) } as PipelineInput
    }),
    outputs: [{ type: 'JsonCompatible' }, { type: 'BinaryStream' }, { type: 'BinaryStream' }] as PipelineOutput[],
    interpret,
    failure: (cause) =>
      metricsError(
        'DUALSEG_PIPELINE',
        `${where}: the pipeline could not be loaded or ran out of memory for size [${size}]: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      ),
  }
}

/**
 * An image that owns its bytes: itk-wasm's runtime copies the whole `data.buffer` whatever the view's offset and length,
 * and in the browser the buffer moves to the worker.
 */
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
