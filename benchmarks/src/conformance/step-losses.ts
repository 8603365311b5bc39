import { consistencyWeight } from '@dualseg/losses'
import { type NetworkTensor, resnet34, vnet } from '@dualseg/models'
import {
  adMtWith,
  type Method,
  methodNamed,
  type NetworkSet,
  type NetworkSettings,
  type Optimiser,
  type StepReport,
} from '@dualseg/trainer'
import * as tf from '@tensorflow/tfjs-core'
import type { StepRun } from './step-kit'

/** The kit's named losses of one step, from what our method reported. */
export type LossesOf = (report: Report, iteration: number) => Record<string, number>

type Report = StepReport

/** How one of the kit's methods is run by one of ours. */
export interface StepSubject {
  readonly method: string
  readonly losses: LossesOf
  /** Where the run starts, if it is of a stage that is not our first. @default as the kit says */
  readonly startIteration?: number
  /** Our method, made for what the kit gives in place of draws. @default the method as it is */
  readonly adapted?: (run: StepRun) => Method
  /** Our networks by the kit's names, where they differ; one of the kit's may be several of ours, its tensors theirs one after the other. */
  readonly networks?: Readonly<Record<string, readonly string[]>>
  /** The tensors of one of the kit's networks as the formula numbers them. @default those of its networks here */
  readonly numbered?: (named: string, networks: NetworkSet) => readonly NetworkTensor[] | undefined
}

const noted = ({ noted }: Report, name: string): number => noted[name] ?? Number.NaN

/** 0.5 CE + 0.5 Dice, and a consistency term. */
const teacherLosses: LossesOf = ({ terms, weights, noted: values }) => {
  const { ce = Number.NaN, dice = Number.NaN, consistency = Number.NaN } = terms
  const supervised = 0.5 * (ce + dice)
  return {
    ce,
    dice,
    supervised,
    consistencyDist: consistency,
    consistencyWeight: weights.consistency!,
    total: supervised + weights.consistency! * consistency,
    threshold: values.threshold ?? Number.NaN,
    maskSum: values.certainVoxels ?? Number.NaN,
    uncertaintyMean: values.uncertainty ?? Number.NaN,
  }
}

const distanceLosses: LossesOf = (report) => {
  const { dice, distance, adversarial, consistency, discriminator } = report.terms
  const supervised = dice! + 0.3 * distance!
  const unsupervised = report.weights[adversarial === undefined ? 'consistency' : 'adversarial']!
  return {
    sdf: distance!,
    bceLogged: noted(report, 'crossEntropy'),
    dice: dice!,
    supervised,
    consistencyWeight: unsupervised,
    total: supervised + unsupervised * (adversarial ?? consistency)!,
    ...(adversarial === undefined ? { consistency: consistency! } : { adversarial, discriminator: discriminator! }),
  }
}

const decoderLosses: LossesOf = (report) => {
  const { dice, consistency } = report.terms
  const weight = report.weights.consistency!
  return {
    diceSum: dice!,
    ceLogged: noted(report, 'crossEntropy'),
    consistency: consistency!,
    consistencyWeight: weight,
    total: 0.5 * dice! + weight * consistency!,
  }
}

/** V-Net is player 0, ResNet-34 player 1. */
const PLAYERS = [
  { ours: 'vnet', kit: 'v' },
  { ours: 'resnet', kit: 'r' },
] as const

/** What all two-network methods have: CE + Dice + 0.5 mistake for each. */
function contestLosses(report: Report): Record<string, number> {
  const values: Record<string, number> = { winner: noted(report, 'winner'), mistakeMaskSum: noted(report, 'mistakes') }
  for (const { ours, kit } of PLAYERS) {
    const [ce, dice, mistake] = ['ce', 'dice', 'mistake'].map((term) => report.terms[`${ours}.${term}`]!) as [
      number,
      number,
      number,
    ]
    Object.assign(values, {
      [`${kit}Ce`]: ce,
      [`${kit}Dice`]: dice,
      [`${kit}Mistake`]: mistake,
      [`${kit}Supervised`]: ce + dice + 0.5 * mistake,
    })
  }
  return values
}

const mcfLosses: LossesOf = (report) => {
  const values = contestLosses(report)
  const weight = report.weights.pseudo!
  PLAYERS.forEach(({ kit }, player) => {
    values[`${kit}Total`] = values[`${kit}Supervised`]! + (player === values.winner ? 0 : weight * report.terms.pseudo!)
  })
  return { ...values, consistencyWeight: weight, pseudoLabelMse: report.terms.pseudo! }
}

/** Released LUSEG and DualNet: their totals contain constants, which our methods only note. */
const releasedLosses: LossesOf = (report, iteration) => {
  const values = contestLosses(report)
  const weight = consistencyWeight(iteration, { lambdaMax: 0.1 })
  const contrastive = noted(report, 'contrast')
  const { uncertainty = 0, regularisation = 0 } = report.terms
  PLAYERS.forEach(({ ours, kit }, player) => {
    const pseudo = noted(report, `${ours}.pseudo`)
    values[`${kit}Pseudo`] = pseudo
    const ofLoser = player === values.winner ? 0 : weight * contrastive + uncertainty + regularisation
    values[`${kit}Total`] = values[`${kit}Supervised`]! + pseudo + ofLoser
  })
  return { ...values, consistencyWeight: weight, contrastive, uncertainty, cosine: regularisation }
}

/** One network, supervised by halves of CE and Dice, and one more term under the kit's name for it. */
function oneTerm(term: string, kit: string): LossesOf {
  return ({ terms, weights, noted: values }) => {
    const { ce = Number.NaN, dice = Number.NaN } = terms
    const supervised = 0.5 * (ce + dice)
    const more = Object.entries(values).map(([name, value]) => [name, value ?? Number.NaN])
    return {
      ...Object.fromEntries(more),
      ce,
      dice,
      supervised,
      [kit]: terms[term]!,
      consistencyWeight: weights[term]!,
      total: supervised + weights[term]! * terms[term]!,
    }
  }
}

/** Two networks of one architecture, each supervised by halves of CE and Dice. */
function supervisedPair({ terms }: Report): [number, number] {
  return [0.5 * (terms['net1.ce']! + terms['net1.dice']!), 0.5 * (terms['net2.ce']! + terms['net2.dice']!)]
}

const cpsLosses: LossesOf = (report) => {
  const [supervised1, supervised2] = supervisedPair(report)
  const [pseudo1, pseudo2] = [report.terms['net1.pseudo']!, report.terms['net2.pseudo']!]
  const weight = report.weights['net1.pseudo']!
  const [total1, total2] = [supervised1 + weight * pseudo1, supervised2 + weight * pseudo2]
  return { supervised1, supervised2, pseudo1, pseudo2, consistencyWeight: weight, total1, total2, total: total1 + total2 }
}

const dropoutLosses: LossesOf = (report) => {
  const [supervised1, supervised2] = supervisedPair(report)
  const kl = report.terms.consistency!
  const weight = report.weights.consistency!
  return { supervised1, supervised2, kl, consistencyWeight: weight, total: supervised1 + supervised2 + weight * kl }
}

const danLosses: LossesOf = (report, iteration) => ({
  ...oneTerm('adversarial', 'adversarial')(report, iteration),
  discriminator: report.terms.discriminator!,
})

const pretrainingLosses: LossesOf = ({ terms: { ce, dice } }) => ({ ce: ce!, dice: dice!, total: 0.5 * (ce! + dice!) })

const copyPasteLosses: LossesOf = (report) => {
  const { terms } = report
  const lossL = 0.5 * terms['inward.labelled']! + 0.25 * terms['inward.pseudo']!
  const lossU = 0.25 * terms['outward.pseudo']! + 0.5 * terms['outward.labelled']!
  return { lossL, lossU, total: lossL + lossU, pseudoVoxels: noted(report, 'pseudoVoxels') }
}

const studentLosses: LossesOf = (report) => {
  const { ce, dice, pseudo } = report.terms
  const supervised = 0.5 * (ce! + dice!)
  const weight = report.weights.pseudo!
  return {
    supervised,
    unlabelled: pseudo!,
    consistencyWeight: weight,
    total: supervised + weight * pseudo!,
    kept: noted(report, 'sureVoxels'),
    conflictVoxels: noted(report, 'conflictVoxels'),
  }
}

const discrepancyLosses: LossesOf = (report) => {
  const { terms } = report
  const values: Record<string, number> = {
    pseudoVoxels: noted(report, 'pseudoVoxels'),
    discrepancyVoxels: noted(report, 'discrepancyVoxels'),
  }
  for (const { ours, kit } of [
    { ours: 'vnet', kit: 'A' },
    { ours: 'resnet', kit: 'B' },
  ] as const) {
    const mix = 0.5 * terms[`${ours}.labelled`]! + 0.25 * terms[`${ours}.pseudo`]!
    const [mse, kl] = [terms[`${ours}.error`]!, terms[`${ours}.uncertainty`]!]
    Object.assign(values, {
      [`mix${kit}`]: mix,
      [`mse${kit}`]: mse,
      [`kl${kit}`]: kl,
      [`loss${kit}`]: mix + 0.5 * mse + 0.05 * kl,
    })
  }
  return values
}

const contrastLosses: LossesOf = (report) => {
  const { ce, dice, vat, 'labelled.contrast': contrastL, 'unlabelled.contrast': contrastU } = report.terms
  const weight = report.weights.vat!
  return {
    dice: dice!,
    ceLogged: ce!,
    vat: vat!,
    contrastL: contrastL!,
    contrastU: contrastU!,
    consistencyWeight: weight,
    total: dice! + weight * (vat! + 0.1 * (contrastL! + contrastU!)),
    memoryRows: noted(report, 'memoryRows'),
  }
}

/** Well inside of a second stage, whatever it begins with. */
const SECOND_STAGE = 3000

/** AD-MT with a strong view of the kit's: `a x + b`. */
function affineView({ draws }: StepRun): Method {
  const [a, b] = draws!.strong as [number, number]
  return adMtWith((image) => tf.add(tf.mul(image, a), b))
}

const ADAM: Optimiser = { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

/** SDCL as its script has it: networks of instance normalisation, trained by Adam. */
function instanceNormalised(): Method {
  const network = (make: typeof vnet | typeof resnet34) => (settings: NetworkSettings) =>
    make({ ...settings, normalise: 'instance' })
  const method = methodNamed('sdcl')
  return {
    ...method,
    networks: {
      vnet: { kind: 'custom', create: network(vnet), optimiser: ADAM },
      resnet: { kind: 'custom', create: network(resnet34), optimiser: ADAM },
      teacher: { ...method.networks.teacher!, kind: 'custom', create: network(vnet) },
    },
  }
}

const VNET_ENCODER = /^block_(one|two|three|four|five)(_dw)?\./

/** SDCL's second network carries a V-Net's way down that never runs; the formula numbers its tensors behind those of the ResNet's. */
function withIdleEncoder(named: string, networks: NetworkSet): readonly NetworkTensor[] | undefined {
  if (named !== 'resvnet') return undefined
  const tensors = networks.get('resnet').network.tensors
  const ofEncoder = (name: string) => name.startsWith('resnet_encoder.')
  return [
    ...tensors.filter(({ name }) => ofEncoder(name)),
    ...networks.get('vnet').network.tensors.filter(({ name }) => VNET_ENCODER.test(name)),
    ...tensors.filter(({ name }) => !ofEncoder(name)),
  ]
}

/** The kit's methods: which of ours each is, and what it calls the terms. Its `luseg` and `dualnet` are the released ones. */
const STEP_SUBJECTS: Readonly<Record<string, StepSubject>> = {
  supervised: {
    method: 'supervised',
    losses: ({ terms: { ce, dice } }) => ({ ce: ce!, dice: dice!, total: 0.5 * (ce! + dice!) }),
  },
  meanTeacher: { method: 'mt', losses: teacherLosses },
  uamt: { method: 'ua-mt', losses: teacherLosses },
  sassnet: { method: 'sassnet', losses: distanceLosses },
  dtc: { method: 'dtc', losses: distanceLosses },
  mcnetV1: { method: 'mc-net', losses: decoderLosses },
  mcnetV2: { method: 'mc-net-plus', losses: decoderLosses },
  mcf: { method: 'mcf', losses: mcfLosses },
  luseg: { method: 'luseg-released', losses: releasedLosses },
  dualnet: { method: 'dualnet-released', losses: releasedLosses },
  mcnetPlus: { method: 'mc-net-plus', losses: decoderLosses },
  entropyMinimisation: { method: 'ent-min', losses: oneTerm('entropy', 'entropy') },
  ict: { method: 'ict', losses: oneTerm('consistency', 'consistency') },
  urpc: { method: 'urpc', losses: oneTerm('consistency', 'consistency') },
  dan: { method: 'dan', losses: danLosses },
  cps: { method: 'cps', losses: cpsLosses },
  regularisedDropout: { method: 'r-drop-released', losses: dropoutLosses },
  bcpPretrain: { method: 'bcp', losses: pretrainingLosses, networks: { vnet: ['student'] } },
  admt: { method: 'ad-mt', adapted: affineView, losses: studentLosses },
  sdcl: {
    method: 'sdcl',
    adapted: instanceNormalised,
    losses: discrepancyLosses,
    startIteration: SECOND_STAGE,
    networks: { resvnet: ['resnet'] },
    numbered: withIdleEncoder,
  },
  ssnet: { method: 'ss-net', losses: contrastLosses, networks: { ssnet: ['vnet', 'heads'] } },
  bcp: { method: 'bcp', losses: copyPasteLosses, startIteration: SECOND_STAGE },
}

/** Variants of the kit's methods that are methods of their own here. */
const VARIANTS: Readonly<Record<string, StepSubject>> = {
  'regularisedDropout classAxis': { method: 'r-drop', losses: dropoutLosses },
}

/** Which of our methods a run of the kit is; its variants begin with the iteration. */
export function subjectOf({ method, variant }: Pick<StepRun, 'method' | 'variant'>): StepSubject | undefined {
  return VARIANTS[`${method} ${variant.replace(/^it\d+-?/, '')}`] ?? STEP_SUBJECTS[method]
}

/** A network of the kit that networks.json does not have: where it is among ours. */
interface StepPlace {
  readonly method: () => Method
  /** One, or several that are one in the kit. */
  readonly networks: readonly string[]
  /** Tensors that have no effect. */
  readonly leftOut?: RegExp
}

/** Our name of a tensor: modules that SS-Net, BCP and SDCL have around parts of their networks, or other names for them. */
export function ownTensor(tensor: string): string {
  return tensor
    .replace(/^(encoder|decoder)\./, '')
    .replace(/^resencoder\./, 'resnet_encoder.')
    .replace(/^branchs\.0\.0\./, 'block_nine.')
    .replace(/^branchs\.0\.2\./, 'out_conv.')
}

export const STEP_NETWORKS: Readonly<Record<string, StepPlace>> = {
  ssnet: { method: () => methodNamed('ss-net'), networks: ['vnet', 'heads'], leftOut: /_memory\d/ },
  pyramid: { method: () => methodNamed('urpc'), networks: ['pyramid'] },
  danDiscriminator: { method: () => methodNamed('dan'), networks: ['discriminator'] },
  sdclVnet: { method: instanceNormalised, networks: ['vnet'] },
  sdclResvnet: { method: instanceNormalised, networks: ['resnet'], leftOut: VNET_ENCODER },
}
