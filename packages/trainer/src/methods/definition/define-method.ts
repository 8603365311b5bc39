import { dualsegError } from '@dualseg/kernels'
import type { Method, MethodDefinition, Phase, Predictor, StepContext } from './method'
import type { NetworkSpecs } from './networks-of-a-method'

/**
 * Makes a method of its definition: fills in the defaults and refuses what cannot work.
 *
 * @throws DUALSEG_VALUE if a name that is used (an averaged network, an optimised one, a predicting one) is none of its networks, if
 *   it has neither or both of `step` and `phases`, or if its audit speaks of networks that it does not have
 */
export function defineMethod<const S extends NetworkSpecs>(definition: MethodDefinition<S>): Method<S> {
  const where = `defineMethod: '${definition.name}'`
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(definition.name)) {
    throw dualsegError('DUALSEG_VALUE', `${where}: a name is made of lower-case letters, digits and single hyphens`)
  }
  const specs: NetworkSpecs = definition.networks
  const known = (name: string, use: string) => {
    if (!(name in specs)) {
      throw dualsegError(
        'DUALSEG_VALUE',
        `${where}: ${use} '${name}', which is none of its networks (${Object.keys(specs).join(', ')})`,
      )
    }
  }
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.ema !== undefined) known(spec.ema.of, `'${name}' averages`)
    if ((spec.ema === undefined) === (spec.optimiser === undefined)) {
      throw dualsegError(
        'DUALSEG_VALUE',
        `${where}: network '${name}' needs an optimiser or, as a teacher, an average; exactly one of them`,
      )
    }
    if ((spec.kind === 'custom') !== (spec.create !== undefined)) {
      throw dualsegError(
        'DUALSEG_VALUE',
        `${where}: network '${name}' is of kind '${spec.kind}'; 'create' belongs to kind 'custom' alone`,
      )
    }
  }
  const phases = phasesOf(definition, where)
  for (const phase of phases) {
    for (const name of phase.optimises) {
      known(name, `phase '${phase.name}' optimises`)
      if (specs[name]?.optimiser === undefined) {
        throw dualsegError(
          'DUALSEG_VALUE',
          `${where}: phase '${phase.name}' optimises the teacher '${name}'; teachers are only averaged`,
        )
      }
    }
  }
  const { stages = [] } = definition
  const shares = stages.reduce((sum, { share }) => sum + share, 0)
  if (stages.length > 0 && !(stages.every(({ share }) => share > 0) && Math.abs(shares - 1) < 1e-9)) {
    throw dualsegError(
      'DUALSEG_VALUE',
      `${where}: the shares of its stages are ${stages.map(({ share }) => share).join(', ')}; expected parts that add up to 1`,
    )
  }
  const predictWith = definition.predictWith.map((one: string | Predictor) =>
    typeof one === 'string' ? { network: one, output: 'logits' as const } : { output: 'logits' as const, ...one },
  )
  for (const { network } of predictWith) known(network, 'predicts with')
  for (const [name, pattern] of Object.entries(definition.audit)) {
    for (const network of Object.keys(pattern)) known(network, `audit of '${name}' names`)
  }
  const { afterStep, averages } = definition
  return {
    name: definition.name,
    title: definition.title,
    paper: definition.paper,
    differs: definition.differs ?? [],
    usesUnlabelled: definition.usesUnlabelled ?? true,
    networks: specs,
    phases,
    stages,
    ...(averages === undefined ? {} : { averages: (context) => averages.call(definition, context) }),
    ...(afterStep === undefined ? {} : { afterStep: (context) => afterStep.call(definition, context) }),
    predictWith,
    decide: definition.decide ?? 'argmax',
    switches: definition.switches ?? {},
    authors: definition.authors,
    twin: definition.twin ?? {},
    audit: definition.audit,
  }
}

function phasesOf<S extends NetworkSpecs>(definition: MethodDefinition<S>, where: string): readonly Phase<S>[] {
  const { step, phases } = definition
  if ((step === undefined) === (phases === undefined)) {
    throw dualsegError('DUALSEG_VALUE', `${where}: give either 'step' or 'phases'`)
  }
  if (phases !== undefined) return phases
  const optimises = Object.keys(definition.networks).filter((name) => definition.networks[name]?.optimiser !== undefined)
  return [{ name: 'step', optimises, terms: (context: StepContext<S>) => step!.call(definition, context) }]
}
