import { dualsegError } from '@dualseg/kernels'
import type { Method } from './definition/method'
import { dtc } from './dtc'
import { dualnet } from './dualnet'
import { dualnetReleased } from './dualnet-released'
import { luseg } from './luseg'
import { lusegReleased } from './luseg-released'
import { mcNet } from './mc-net'
import { mcf } from './mcf'
import { meanTeacher } from './mean-teacher'
import { sassnet } from './sassnet'
import { supervised } from './supervised'
import { uaMt } from './ua-mt'

/** The compared methods by their names on the command line, in the order of the paper's table, released variants last. */
export const methods: ReadonlyMap<string, Method> = new Map(
  [supervised, meanTeacher, uaMt, sassnet, dtc, mcNet, mcf, luseg, dualnet, lusegReleased, dualnetReleased].map((method) => [
    method.name,
    method,
  ]),
)

/** @throws DUALSEG_VALUE for a name that is none of theirs */
export function methodNamed(name: string): Method {
  const found = methods.get(name)
  if (found === undefined) {
    throw dualsegError('DUALSEG_VALUE', `method '${name}' does not exist; known: ${[...methods.keys()].join(', ')}`)
  }
  return found
}
