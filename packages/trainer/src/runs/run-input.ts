import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Preparation } from '@dualseg/data'
import type { ExpectedInput } from '../prediction/expected-input'
import { readableJson } from './canonical-json'
import { readIfThere, replaceDurably } from './durable-file'
import type { RunPlan } from './run-plan'

/** `input.json` of a run. */
const NAME = 'input.json'

/** Written once, before training. */
export function keepRunInput(folder: string, { preparation, data }: RunPlan): void {
  const path = join(folder, NAME)
  if (existsSync(path)) return
  const input: ExpectedInput = { preparation: preparation ?? null, images: data.summariseImages?.() ?? null }
  replaceDurably(path, readableJson(input))
}

/** @returns nothing known for a run of a version that kept none */
export function readRunInput(folder: string): ExpectedInput {
  const text = readIfThere(join(folder, NAME))
  if (text === undefined) return { preparation: null, images: null }
  const { preparation, images } = JSON.parse(text) as StoredInput
  if (preparation === null || !('isLps' in preparation)) return { preparation, images }
  const { isLps, ...others } = preparation
  return { preparation: { ...others, axes: isLps ? 'LPS' : null }, images }
}

interface StoredInput extends Pick<ExpectedInput, 'images'> {
  /** Runs of 0.0 know two orders of axes. */
  readonly preparation: Preparation | (Omit<Preparation, 'axes'> & { readonly isLps: boolean }) | null
}
