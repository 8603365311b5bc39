import * as tf from '@tensorflow/tfjs-core'
import { expectOneCore } from './one-core'

/** How a kernel is defined: by a name, by ops of tfjs-core, and by its gradient. */
export interface KernelDefinition<Inputs extends object, Attrs extends object, Output extends tf.Tensor | tf.Tensor[]> {
  /** The name under which an engine may register a kernel of its own. */
  readonly name: string
  /** The definition and the fallback. Runs in a tidy of its own; must not return one of its inputs. */
  readonly composite: (inputs: Inputs, attrs: Attrs) => Output
  readonly gradient?: KernelGradient<Attrs, Output>
}

/** The gradient of a kernel, as tfjs registers it, with the kernel's own types. */
export interface KernelGradient<Attrs extends object, Output extends tf.Tensor | tf.Tensor[]> {
  readonly inputsToSave?: string[]
  readonly outputsToSave?: boolean[]
  gradFunc(dy: Output extends tf.Tensor ? Output : tf.Tensor[], saved: tf.Tensor[], attrs: Attrs): Record<string, () => tf.Tensor>
}

/** Runs a kernel; `saved` are tensors that only the gradient sees, under the names in its `inputsToSave`. */
export type KernelRunner<Inputs, Attrs, Output> = (inputs: Inputs, attrs: Attrs, saved?: tf.NamedTensorMap) => Output

/**
 * Defines a kernel: registers its gradient, and returns the function that runs it on the active backend.
 *
 * Where the backend has no kernel of that name, the composite becomes that backend's kernel on first use. So each call is one
 * kernel and one entry on the tape, whoever computes it.
 */
export function defineKernel<Inputs extends object, Attrs extends object, Output extends tf.Tensor | tf.Tensor[]>(
  definition: KernelDefinition<Inputs, Attrs, Output>,
): KernelRunner<Inputs, Attrs, Output> {
  const { name, composite, gradient } = definition
  // A second copy of this package in the same process finds the gradient there and leaves it.
  if (gradient && !tf.getGradient(name))
    tf.registerGradient({ kernelName: name, ...(gradient as Omit<tf.GradConfig, 'kernelName'>) })

  return (inputs, attrs, saved) => {
    expectOneCore(name)
    const backendName = tf.getBackend()
    if (!tf.getKernel(name, backendName)) {
      const kernelFunc = (call: { inputs: object; attrs?: object }) =>
        tf.tidy(() => composite(call.inputs as Inputs, call.attrs as Attrs))
      tf.registerKernel({ kernelName: name, backendName, kernelFunc: kernelFunc as tf.KernelFunc })
    }
    const present: tf.NamedTensorMap = {}
    for (const [key, tensor] of Object.entries(inputs)) if (tensor) present[key] = tensor
    // tfjs saves inputs by name and cannot skip an absent one. What is not enumerable can be saved and is no input to anyone else.
    for (const [key, value] of Object.entries(saved ?? {})) Object.defineProperty(present, key, { value })
    return tf.engine().runKernel(name, present, attrs as tf.NamedAttrMap) as unknown as Output
  }
}
