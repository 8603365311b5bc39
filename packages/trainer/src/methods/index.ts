import { dualsegError } from '@dualseg/kernels'
import { adMt } from './ad-mt'
import { bcp } from './bcp'
import { cps } from './cps'
import { crossMatch } from './cross-match'
import { dan } from './dan'
import type { Method } from './definition/method'
import { supervisedTwin, TWIN_SUFFIX } from './definition/supervised-twin'
import { dtc } from './dtc'
import { dualnet } from './dualnet'
import { dualnetReleased } from './dualnet-released'
import { entMin } from './ent-min'
import { ict } from './ict'
import { luseg } from './luseg'
import { lusegReleased } from './luseg-released'
import { mcNet, mcNetPlus } from './mc-net'
import { mcf } from './mcf'
import { meanTeacher } from './mean-teacher'
import { rDrop, rDropReleased } from './r-drop'
import { sassnet } from './sassnet'
import { sdcl } from './sdcl'
import { ssNet } from './ss-net'
import { supervised } from './supervised'
import { uaMt } from './ua-mt'
import { urpc } from './urpc'

const seed: readonly Method[] = [
  supervised,
  meanTeacher,
  uaMt,
  sassnet,
  dtc,
  mcNet,
  mcf,
  luseg,
  dualnet,
  lusegReleased,
  dualnetReleased,
]
const newer: readonly Method[] = [
  entMin,
  ict,
  cps,
  urpc,
  rDrop,
  rDropReleased,
  dan,
  mcNetPlus,
  bcp,
  sdcl,
  ssNet,
  adMt,
  crossMatch,
]

/** Every method by its name on the command line: those of {@link seedMethods} in their order, then the newer ones. */
export const methods: ReadonlyMap<string, Method> = new Map([...seed, ...newer].map((method) => [method.name, method]))

/** The names of the methods that the project began with, in the order of the DualNet paper's table, released variants last. */
export const seedMethods: readonly string[] = seed.map(({ name }) => name)

/**
 * The supervised twin that a method is compared with: the one of another method where both would be the same run, bit for bit.
 *
 * @returns undefined for a method that learns from labelled samples alone
 */
export function twinOf(method: Method, protocol: 'common' | 'authors'): Method | undefined {
  if (!method.usesUnlabelled) return undefined
  const owner = method.twin[protocol]
  return supervisedTwin(owner === undefined ? method : methodNamed(owner))
}

/** The method of a name, or with `-twin` behind it its supervised twin; undefined if there is none. */
export function knownMethod(name: string): Method | undefined {
  const own = methods.get(name)
  if (own !== undefined || !name.endsWith(TWIN_SUFFIX)) return own
  const method = methods.get(name.slice(0, -TWIN_SUFFIX.length))
  return method?.usesUnlabelled ? supervisedTwin(method) : undefined
}

/**
 * @param name as in {@link knownMethod}
 * @throws DUALSEG_VALUE for a name that is none of theirs
 */
export function methodNamed(name: string): Method {
  const found = knownMethod(name)
  if (found === undefined) {
    throw dualsegError('DUALSEG_VALUE', `method '${name}' does not exist; known: ${[...methods.keys()].join(', ')}`)
  }
  return found
}
