import { dualsegError } from '@dualseg/kernels'

/**
 * Tells a file of another layout from one that is meant and faulty.
 *
 * @param found.mark the member that no other layout's file has
 * @returns undefined if the file has no such member
 * @throws DUALSEG_DATA with every fault, if it has
 */
export function refuseFaults(
  raw: unknown,
  path: string,
  { mark, whose, faults }: { mark: string; whose: string; faults: readonly string[] },
): undefined {
  if (typeof raw !== 'object' || raw === null || !(mark in raw)) return undefined
  const list = faults.join('\n  ')
  throw dualsegError('DUALSEG_DATA', `${path} has ${mark}, as ${whose} dataset.json does, and cannot be read as one:\n  ${list}`)
}
