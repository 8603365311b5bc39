import type * as tf from '@tensorflow/tfjs-core'
import type { StepContext, Term } from './definition/method'
import { vnet } from './definition/networks-of-a-method'
import { supervision } from './supervision'

/** The two networks of CPS and of regularised dropout: V-Nets that differ in how they start. */
export const TWO_VNETS = { net1: vnet(), net2: vnet({ initialise: 'xavier' }) }

export type Twin = keyof typeof TWO_VNETS

/** Class scores of both for the whole batch, and their supervision on the labelled half. */
export function twoVnets(context: StepContext<typeof TWO_VNETS>) {
  const { networks, batch, labelled } = context
  const logits: Readonly<Record<Twin, tf.Tensor5D>> = {
    net1: networks.net1(batch.image).logits,
    net2: networks.net2(batch.image).logits,
  }
  const [first, second] = (['net1', 'net2'] as const).map((name) => supervision(name, [labelled(logits[name])], context))
  const terms: Record<`${Twin}.${'ce' | 'dice'}`, Term<Twin>> = {
    'net1.ce': first!.ce,
    'net1.dice': first!.dice,
    'net2.ce': second!.ce,
    'net2.dice': second!.dice,
  }
  return { logits, terms }
}

/** The audit of the terms of {@link twoVnets}. */
export const TWO_VNETS_AUDIT = {
  'net1.ce': { net1: ['labelled'] },
  'net1.dice': { net1: ['labelled'] },
  'net2.ce': { net2: ['labelled'] },
  'net2.dice': { net2: ['labelled'] },
} as const
