import { join } from 'node:path'
import { isCheckout } from '../command-line/checkout'
import { standing } from '../command-line/given-path'
import { projectRoot } from './project-root'

/** Where the volumes of one of these data sets are looked for and put if nothing else is said: in the checkout, else below where the user stands. */
export function usualVolumes(name: string): string {
  return join(isCheckout ? projectRoot : standing(), 'datasets', name, 'volumes')
}
