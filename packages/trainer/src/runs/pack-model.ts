import { basename } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import { halveWeights } from '@dualseg/models'
import { knownMethod } from '../methods'
import type { ModelDescription, ModelMember } from '../model/model-description'
import { predictingNames } from '../prediction/predicting-networks'
import { Checkpoints } from './checkpoints/checkpoints'
import { describeRuns } from './describe-run'
import { sha256 } from './disk/canonical-json'
import { expectConfig } from './files/config-file'
import type { Ensemble } from './load-ensemble'
import { readRunInput } from './run-input'

/** A model as files of one folder, `model.json` among them. */
export interface PackedModel {
  readonly description: ModelDescription
  /** By their names. */
  readonly weights: ReadonlyMap<string, Uint8Array>
}

/**
 * What `loadModel` and `fetchModel` of `@dualseg/trainer/browser` need of finished runs, and nothing of the machine that trained them.
 *
 * @param options.float16 kernels in half precision: about half the bytes, and voxels at the edge of a class may differ. @default false, as trained
 * @throws DUALSEG_DATA for a run of a method of one's own, which a page does not know; DUALSEG_VALUE for weights beyond half precision
 */
export function packModel(
  ensemble: Pick<Ensemble, 'runs' | 'classes' | 'channels'>,
  options: { float16?: boolean } = {},
): PackedModel {
  const { float16 = false } = options
  const weights = new Map<string, Uint8Array>()
  const members = ensemble.runs.map(({ folder, method }, index): ModelMember => {
    if (knownMethod(method.name) === undefined)
      throw dualsegError(
        'DUALSEG_DATA',
        `${folder}: its method '${method.name}' is none of this package; a page does not know it`,
      )
    const { config, sha256: identity } = expectConfig(folder)
    const bytesOf = new Checkpoints(folder, identity).weights(config.settings.iterations)
    const networks = predictingNames(method).map((network) => {
      const file = `${index}-${network}.safetensors`
      const stored = bytesOf(network)
      const bytes = float16 ? halveWeights(stored) : stored
      weights.set(file, bytes)
      return { network, file, bytes: bytes.length, sha256: sha256(bytes) }
    })
    const { settings, data } = config
    const input = readRunInput(folder)
    return { run: basename(folder), sha256: identity, dataset: data.dataset, method: method.name, settings, input, networks }
  })
  const { classes, channels } = ensemble
  return {
    description: {
      kind: 'DualSeg model',
      version: 1,
      made: describeRuns(ensemble.runs.map(({ folder }) => folder)),
      weights: float16 ? 'float16' : 'float32',
      classes,
      ...(channels && { channels }),
      members: members as [ModelMember, ...ModelMember[]],
    },
    weights,
  }
}
