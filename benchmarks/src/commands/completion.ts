import { ENGINE_NAMES } from '@dualseg/trainer'
import { choose } from '../command-line/choose'
import { METHOD_CHOICES } from '../command-line/choose-methods'
import { candidatesOf, type KnownValues, SHELLS, type Verbs } from '../command-line/complete'
import { COMPLETION_SCRIPTS } from '../command-line/completion-scripts'
import { EXIT } from '../command-line/exit-codes'
import type { Verb } from '../command-line/verb'
import { describedNames } from '../data/description'
import { PROFILE_NAMES } from '../grid/profiles'
import { ACTIONS, VARIANTS } from './data'
import { FORMATS } from './report'

/** `dualseg completion bash`: what a shell reads to complete commands, data sets, methods and options. */
export const completion: Verb = {
  definition: {
    meta: { name: 'completion', description: 'Print what a shell reads to complete commands, data sets, methods and options' },
    args: { shell: { type: 'positional', description: SHELLS.join(', '), required: true } },
  },
  examples: [
    'source <(pnpm bench completion bash)',
    'source <(pnpm bench completion zsh)',
    'pnpm bench completion fish | source',
  ],
  async run({ shell }) {
    process.stdout.write(COMPLETION_SCRIPTS[choose('bench completion', String(shell), SHELLS)])
    return EXIT.done
  },
}

function knownValues(): KnownValues {
  const dataSets = [...new Set(['la', ...describedNames()])]
  return {
    method: METHOD_CHOICES,
    engine: ['auto', ...ENGINE_NAMES],
    profile: PROFILE_NAMES,
    protocol: ['common', 'authors'],
    'labelled-cases': ['first', 'drawn'],
    format: FORMATS,
    action: ACTIONS,
    variant: VARIANTS,
    dataset: dataSets,
    name: dataSets,
    shell: SHELLS,
  }
}

/** What the scripts ask: `complete bash -- <words>`; a candidate a line, a tab before what it is. */
export async function complete([shell, , ...words]: readonly string[], verbs: Verbs): Promise<number> {
  const candidates = await candidatesOf(words, choose('bench complete', String(shell), SHELLS), verbs, knownValues())
  process.stdout.write(candidates.map(({ value, about }) => `${value}${about && `\t${about}`}\n`).join(''))
  return EXIT.done
}
