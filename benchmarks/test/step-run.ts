import { readFileSync } from 'node:fs'
import { useEngine } from '@dualseg/trainer'
import { expect } from 'vitest'
import { runStep } from '../src/conformance/step'
import type { StepKit } from '../src/conformance/step-kit'

type File = 'step' | 'baselines-step'

const kitOf = (file: File): StepKit =>
  JSON.parse(readFileSync(new URL(`../fixtures/conformance/${file}.json`, import.meta.url), 'utf8'))
const kits = { step: kitOf('step'), 'baselines-step': kitOf('baselines-step') }

/** The kit's runs: file, method and variant. */
export const STEP_RUNS = (Object.keys(kits) as File[]).flatMap((file) =>
  kits[file].runs.map(({ method, variant }) => [file, method, variant] as const),
)

export async function expectStepAgrees(file: File, method: string, variant: string): Promise<void> {
  await useEngine('wasm', { threads: 1 })
  const { networks: _, ...kit } = kits[file]
  const results = await runStep(kit, { file, only: (name, late) => name === method && late === variant })
  expect(results.flatMap(({ failed }) => failed)).toEqual([])
  expect(results.map(({ group, passed, skipped }) => [group, passed, skipped])).toEqual([
    ...(kit.optimizers === undefined ? [] : [['step optimizers', 5, undefined]]),
    [`${file} ${method} ${variant}`, 2, undefined],
  ])
}

/** Networks that only the newer methods have: their tensors as the references name, shape and order them. */
export async function expectNetworksAgree(): Promise<void> {
  await useEngine('wasm', { threads: 1 })
  const results = await runStep({ ...kits['baselines-step'], runs: [] }, { file: 'baselines-step' })
  expect(results.flatMap(({ failed }) => failed)).toEqual([])
  expect(results.map(({ group, skipped }) => [group, skipped])).toEqual(
    ['ssnet', 'pyramid', 'danDiscriminator', 'sdclVnet', 'sdclResvnet'].map((name) => [
      `baselines-step network ${name}`,
      undefined,
    ]),
  )
}
