import { dualsegError, expectFlag, expectOptions } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { checkBatchStatistics, checkPatch, checkVolume } from './check-volume'
import { checkForwardOptions, ForwardPass } from './forward-pass'
import type {
  CounterState,
  FloatState,
  ForwardOptions,
  FullStateDict,
  LoadOptions,
  NamedBuffer,
  NamedParameter,
  Network,
  NetworkBase,
  NetworkOptions,
  NetworkOutput,
  PatchSize,
  SegmentationKind,
  StateDict,
} from './network'
import type { NetworkBuilder } from './network-builder'
import { readState, writeState } from './state-dict'
import { isBufferKind } from './tensor-layout'

/** What all networks share, and `run`: one forward pass with its bookkeeping around the layers. */
export interface NetworkCore<Kind extends string, Options extends { dropout: number }> {
  base: NetworkBase<Kind, Options>
  /** Runs layers in a tidy scope; what they return is the caller's. Statistics are merged only if they succeed. */
  run<Output>(options: ForwardOptions, layers: (pass: ForwardPass) => Output): Output
}

/** Puts state, cost and life cycle around the variables that a builder made. */
export function networkCore<Kind extends string, Options extends { dropout: number }>(
  kind: Kind,
  options: Options,
  builder: NetworkBuilder,
): NetworkCore<Kind, Options> {
  const tensors = [...builder.tensors]
  const parameters = tensors.filter((tensor): tensor is NamedParameter => !isBufferKind(tensor.kind))
  const buffers = tensors.filter((tensor): tensor is NamedBuffer => isBufferKind(tensor.kind))
  let isDisposed = false
  const alive = (what: string) => {
    if (isDisposed) throw dualsegError('DUALSEG_USAGE', `${kind}.${what}: the network was disposed of; make a new one`)
  }

  function stateDict(): Promise<StateDict>
  function stateDict(options: { batchCounters: true }): Promise<FullStateDict>
  async function stateDict(options: { batchCounters?: boolean } = {}): Promise<FullStateDict> {
    alive('stateDict')
    expectOptions(`${kind}.stateDict`, options, ['batchCounters'])
    const { batchCounters = false } = options
    expectFlag(`${kind}.stateDict`, 'batchCounters', batchCounters)
    return readState(tensors, builder.running, batchCounters)
  }

  return {
    base: {
      kind,
      options,
      parameters,
      buffers,
      tensors,
      parameterCount: parameters.reduce((sum, parameter) => sum + parameter.variable.size, 0),
      stateDict,
      loadStateDict(state: ReadonlyMap<string, FloatState | CounterState>, loadOptions?: LoadOptions) {
        alive('loadStateDict')
        writeState(`${kind}.loadStateDict`, tensors, builder.running, state, loadOptions)
      },
      macs(patch: PatchSize) {
        checkPatch(`${kind}.macs`, patch)
        return builder.macs(patch[0] * patch[1] * patch[2])
      },
      dispose() {
        isDisposed = true
        for (const { variable } of tensors) variable.dispose()
      },
    },
    run<Output>(forwardOptions: ForwardOptions, layers: (pass: ForwardPass) => Output): Output {
      alive('forward')
      const pass = new ForwardPass(`${kind}.forward`, options.dropout, forwardOptions)
      try {
        const output = tf.tidy(() => {
          const result = layers(pass)
          pass.mergeStatistics()
          return result as tf.TensorContainer
        })
        return output as Output
      } finally {
        pass.release()
      }
    },
  }
}

/** A network from one volume to maps. */
export function segmentationNetwork<Output extends NetworkOutput, Options extends NetworkOptions>(
  kind: SegmentationKind,
  options: Options,
  builder: NetworkBuilder,
  layers: (x: tf.Tensor5D, pass: ForwardPass) => Output,
): Network<Output, Options> {
  const { base, run } = networkCore(kind, options, builder)
  return {
    ...base,
    forward(x: tf.Tensor, forwardOptions: ForwardOptions): Output {
      const where = `${kind}.forward`
      checkVolume(where, x, options.channels)
      checkForwardOptions(where, forwardOptions)
      if (forwardOptions.training) checkBatchStatistics(where, x)
      return run(forwardOptions, (pass) => layers(x, pass))
    },
  }
}
