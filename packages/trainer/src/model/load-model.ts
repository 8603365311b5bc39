import type { LabelClass } from '@dualseg/data'
import { dualsegError } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { methodNamed } from '../methods'
import type { Predicting } from '../prediction/predict-image'
import { predictingNetworks } from '../prediction/predicting-networks'
import { expectModelDescription, type ModelDescription } from './model-description'

/** Trained networks, ready to segment; made by `loadModel` or `fetchModel`. */
export interface Model {
  readonly description: ModelDescription
  readonly classes: readonly LabelClass[]
  /** What the images of a case show, in the order in which `segment` takes them; absent where it takes one. */
  readonly channels?: readonly string[]
  readonly members: readonly [Predicting, ...Predicting[]]
  dispose(): void
}

/**
 * Makes the networks of a model. An engine must be open.
 *
 * @param description what `model.json` holds
 * @param weightsOf the content of a file that it names
 * @throws DUALSEG_DATA if one of them is not what it should be, DUALSEG_USAGE without an engine
 */
export function loadModel(description: unknown, weightsOf: (file: string) => Uint8Array): Model {
  if (tf.getBackend() === undefined)
    throw dualsegError(
      'DUALSEG_USAGE',
      'loadModel: no engine is open; call `await wasmEngine.open()` of @dualseg/backend-wasm first',
    )
  const known = expectModelDescription(description, 'model.json')
  const members: Predicting[] = []
  const dispose = () => {
    for (const { networks } of members) networks.dispose()
  }
  try {
    for (const { method: name, settings, input, networks: files } of known.members) {
      const method = methodNamed(name)
      const networks = predictingNetworks(method, settings, (network) => {
        const found = files.find((one) => one.network === network)
        if (found === undefined)
          throw dualsegError('DUALSEG_DATA', `model.json names no weights of network '${network}', which ${name} predicts with`)
        return weightsOf(found.file)
      })
      members.push({ method, settings, networks, input })
    }
  } catch (error) {
    dispose()
    throw error
  }
  const { classes, channels } = known
  return {
    description: known,
    classes,
    ...(channels && { channels }),
    members: members as [Predicting, ...Predicting[]],
    dispose,
  }
}
