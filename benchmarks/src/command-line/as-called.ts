import { isCheckout } from './checkout'
import { COMMAND_NAMES } from './command-names'

const DOCUMENTS = 'https://github.com/dualseg/dualseg/blob/main/'

/**
 * A text for somebody who has this program: it is written for a checkout, where `pnpm bench` calls it and the documents lie beside it. Installed from npm it is
 * called `dualseg`, and the documents are elsewhere.
 */
export function asCalled(text: string, inCheckout = isCheckout): string {
  if (inCheckout) return text
  return text
    .replaceAll(/\bpnpm (-s )?bench\b/g, 'dualseg')
    .replaceAll(new RegExp(`(?<![/\\w-])bench (?=(${COMMAND_NAMES.join('|')})\\b)`, 'g'), 'dualseg ')
    .replaceAll(/(?<![/\w.-])(?=(docs|datasets)\/[\w/-]+\.md)/g, DOCUMENTS)
}
