import { join } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import { isCheckout, packageRoot } from '../command-line/checkout'

/**
 * The program that measures another library, in the user's own Python.
 *
 * @throws DUALSEG_USAGE where this program was installed from npm: comparisons of speed are made in the repository
 */
export function peerProgram(name: 'pytorch_peer.py' | 'metrics_peer.py'): string {
  if (isCheckout) return join(packageRoot, 'peer', name)
  throw dualsegError(
    'DUALSEG_USAGE',
    '--peer: what measures other libraries lies in the repository alone; clone https://github.com/dualseg/dualseg and give the command there, or leave --peer away',
  )
}
