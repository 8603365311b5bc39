import type { Half, Method, Phase } from './method'

/** What a twin's name ends in. */
export const TWIN_SUFFIX = '-twin'

/**
 * The supervised twin of a method: what it would be without unlabelled scans.
 *
 * The same networks, starting values, labelled batches, draws and prediction, and of its terms, with their weights, those whose gradient comes from labelled samples
 * alone. These pass by themselves, so that the batch statistics are theirs. Players and networks that nothing trains any more are left out, unless they predict.
 */
export function supervisedTwin(method: Method): Method {
  const audit = Object.fromEntries(Object.entries(method.audit).filter(([, pattern]) => isSupervised(Object.values(pattern))))
  const taught = new Set(Object.values(audit).flatMap((pattern) => Object.keys(pattern)))
  const phases = method.phases.flatMap((phase): Phase[] => {
    const optimises = phase.optimises.filter((name) => taught.has(name))
    if (optimises.length === 0) return []
    const terms: Phase['terms'] = (context) =>
      Object.fromEntries(Object.entries(phase.terms(context)).filter(([name]) => Object.hasOwn(audit, name)))
    return [{ ...phase, optimises, terms }]
  })
  const needed = new Set([...taught, ...method.predictWith.map(({ network }) => network)])
  return {
    ...method,
    name: `${method.name}${TWIN_SUFFIX}`,
    title: `${method.title}, supervised twin`,
    differs: [],
    usesUnlabelled: false,
    networks: Object.fromEntries(Object.entries(method.networks).filter(([name]) => needed.has(name))),
    phases,
    switches: {},
    twin: {},
    twinOf: method.name,
    audit,
  }
}

function isSupervised(halves: readonly (readonly Half[] | undefined)[]): boolean {
  return halves.length > 0 && halves.every((ofNetwork) => ofNetwork?.every((half) => half === 'labelled'))
}
