import { crossEntropy, diceLossOverClasses, disagreementMask, mistakeLoss, withoutGradient } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { noted, type Term, type Terms, term } from './definition/method'
import { resnet34, vnet } from './definition/networks-of-a-method'

/** The two networks of MCF, LUSEG and DualNet. */
export const TWO_NETWORKS = { vnet: vnet(), resnet: resnet34() }

export type Player = 'vnet' | 'resnet'

export const PLAYERS: readonly Player[] = ['vnet', 'resnet']

/** What each network makes of the labelled half, and which of them is ahead in this iteration. */
export interface Contest {
  /** `<network>.ce` and `<network>.dice`, each trains its own network. */
  readonly terms: Readonly<Record<`${Player}.${'ce' | 'dice'}`, Term<Player>>>
  /** Softmax of the labelled half. */
  readonly probs: Readonly<Record<Player, tf.Tensor5D>>
  /** The network with the lower Dice loss; ResNet-34 on a tie. */
  readonly winner: Player
  readonly loser: Player
}

/** CE + Dice (not halved, the mean over the foreground's classes) of both networks on the labelled half, and the competition between them. */
export function contest(labelledLogits: Readonly<Record<Player, tf.Tensor5D>>, labels: tf.Tensor4D): Contest {
  const probs = { vnet: tf.softmax(labelledLogits.vnet), resnet: tf.softmax(labelledLogits.resnet) }
  const dice = {
    vnet: diceLossOverClasses(probs.vnet, labels, { background: false }),
    resnet: diceLossOverClasses(probs.resnet, labels, { background: false }),
  }
  const terms = {
    'vnet.ce': term(crossEntropy(labelledLogits.vnet, labels), { trains: ['vnet'] }),
    'vnet.dice': term(dice.vnet, { trains: ['vnet'] }),
    'resnet.ce': term(crossEntropy(labelledLogits.resnet, labels), { trains: ['resnet'] }),
    'resnet.dice': term(dice.resnet, { trains: ['resnet'] }),
  } as const
  // Which of them teaches is decided by a number, so it is read here, in the middle of the step.
  const losses = withoutGradient(() => tf.stack([dice.vnet, dice.resnet]))
  const [ofVnet, ofResnet] = losses.dataSync() as Float32Array
  losses.dispose()
  const vnetWins = ofVnet! < ofResnet!
  return {
    terms,
    probs,
    winner: vnetWins ? 'vnet' : 'resnet',
    loser: vnetWins ? 'resnet' : 'vnet',
  }
}

/** The audit of what {@link contest} returns. */
export const CONTEST_AUDIT = {
  'vnet.ce': { vnet: ['labelled'] },
  'vnet.dice': { vnet: ['labelled'] },
  'resnet.ce': { resnet: ['labelled'] },
  'resnet.dice': { resnet: ['labelled'] },
} as const

/** As the kit and the released logs number the winner. */
export function winnerNumber(winner: Player): number {
  return winner === 'vnet' ? 0 : 1
}

/** LUSEG and DualNet count a class of the foreground as seen only from this probability on. */
export const CONFIDENCE = 0.6

/** 0.5 E_n of MCF and LUSEG: both networks look again at the labelled voxels of which they make different classes. */
export function mistakeTerms({ probs }: Contest, labels: tf.Tensor4D, options: { confidence?: number } = {}): Terms<Player> {
  const mistakes = disagreementMask(probs.vnet, probs.resnet, options)
  return {
    'vnet.mistake': term(mistakeLoss(probs.vnet, labels, mistakes), { weight: 0.5, trains: ['vnet'] }),
    'resnet.mistake': term(mistakeLoss(probs.resnet, labels, mistakes), { weight: 0.5, trains: ['resnet'] }),
    mistakes: noted(tf.sum<tf.Scalar>(mistakes)),
  }
}

/** The audit of what {@link mistakeTerms} returns. */
export const MISTAKE_AUDIT = {
  'vnet.mistake': { vnet: ['labelled'] },
  'resnet.mistake': { resnet: ['labelled'] },
  mistakes: {},
} as const
