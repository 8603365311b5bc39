import { COMMON_PROTOCOL, ENGINES, type EngineIdentity, type EngineName, optionsFor } from '@dualseg/trainer'
import { expect, it } from 'vitest'
import { type ArgumentDefinition, readArguments } from '../command-line/read-arguments'
import { optionsOf } from '../engines/open-engine'
import { gridArguments, METHOD_ARGUMENTS, readArms, readGridCommand } from '../grid/grid-arguments'
import { la } from '../grid/la-dataset'
import type { Arm } from './arm'
import type { Comparison } from './comparison'
import { repeatCommands } from './repeat-command'

const arm = (method: string, without: string[] = []): Arm => ({ name: method, method, without, runs: [] })

function comparisonOf(engine: EngineIdentity, change: Partial<Comparison['conditions']> = {}): Comparison {
  return {
    conditions: {
      dataset: 'la',
      profile: 'half-120',
      protocol: 'authors',
      labelled: 8,
      settings: {},
      engine,
      revisions: {},
      ...change,
    },
    arms: [arm('mt'), arm('dualnet'), arm('dualnet', ['contrast', 'regularisation'])],
    folds: [1, 3],
    seeds: [7, 8],
    missing: [],
    unlike: [],
  }
}

/** What `bench la` makes of a printed command. */
function understood(command: string) {
  const definitions = { ...METHOD_ARGUMENTS, ...gridArguments(la) } as Record<string, ArgumentDefinition>
  const words = command.replace(/^pnpm bench la /, '').split(' ')
  const args = readArguments('bench la', words, definitions, ['method', 'fold', 'seed', 'without'])
  return readGridCommand(la, readArms(args), args)
}

const WASM = { name: 'wasm', device: 'cpu', precision: 'float32', numerics: 'fast', revision: 3 }
const TORCH = { name: 'torch', device: 'cpu', precision: 'float32', numerics: 'strict', revision: 1, library: 'PyTorch 2.11.0' }
const IDENTITIES: EngineIdentity[] = [
  WASM,
  { ...WASM, numerics: 'strict' },
  { ...WASM, numerics: 'fast, fused' },
  { ...WASM, name: 'cpu', numerics: 'strict' },
  { ...TORCH, threads: 6 },
  { ...TORCH, precision: 'bfloat16', threads: 1 },
  { ...TORCH, device: 'NVIDIA H100', precision: 'bfloat16 (TF32)', numerics: 'fastest' },
  { ...TORCH, device: 'NVIDIA H100', numerics: 'deterministic' },
  { ...TORCH, name: 'tensorflow', library: 'TensorFlow 2.21.0', threads: 4 },
  { ...TORCH, name: 'tensorflow', library: 'TensorFlow 2.21.0', device: 'cuda', threads: 4 },
]

it.each(IDENTITIES)('says all of the engine that a run depends on: $name $device $precision $numerics $threads', (identity) => {
  for (const command of repeatCommands(comparisonOf(identity))) {
    const { order, threads } = understood(command)
    expect(order.engine).toBe(identity.name)
    const name = identity.name as EngineName
    const opened = optionsFor(name, optionsOf({ ...order.engineOptions, ...(threads !== undefined && { threads }) }))
    expect(opened).toMatchObject(ENGINES[name].optionsOf(identity))
  }
})

it('says methods, switches, folds, seeds, profile and its length, protocol and labelled cases', () => {
  const commands = repeatCommands(comparisonOf(WASM))
  expect(commands).toHaveLength(2)
  const [whole, cut] = commands.map((command) => understood(command).order.request)
  expect(whole!.arms).toEqual([
    { method: 'mt', without: [] },
    { method: 'dualnet', without: [] },
  ])
  expect(cut!.arms).toEqual([{ method: 'dualnet', without: ['contrast', 'regularisation'] }])
  for (const request of [whole, cut]) {
    expect(request).toMatchObject({
      folds: [1, 3],
      seeds: [7, 8],
      profile: { name: 'half-120', iterations: 120 },
      protocol: { name: 'authors' },
      labelled: 8,
    })
  }
})

it('says augmentation and mirroring, and nothing of them where there is none', () => {
  const augment = { kind: 'strong', mirrorAxes: [0, 1, 2] } as const
  const asked = (settings: Comparison['conditions']['settings']) =>
    understood(repeatCommands(comparisonOf(WASM, { protocol: 'common', settings }))[0]!).order.request.protocol
  expect(asked({ augment, testMirror: [0, 1, 2] })).toMatchObject({ augment, testMirror: [0, 1, 2] })
  expect(asked({})).toEqual(COMMON_PROTOCOL)
})

it('names the verb of a phantom', () => {
  const verb = (dataset: string) => repeatCommands(comparisonOf(WASM, { dataset }))[0]!.split(' ')[2]
  expect([verb('phantom'), verb('pancreas-phantom'), verb('liver')]).toEqual(['la', 'pancreas', '"<folder'])
})

it.each<[string, string[], string]>([
  ['half', ['supervised', 'mt', 'mt-twin', 'ua-mt'], '--method supervised,mt,ua-mt'],
  ['half', ['mt'], '--method mt --no-twins'],
  ['half', ['mt', 'cps-twin'], '--method mt,cps-twin --no-twins'],
  ['half', ['supervised'], '--method supervised'],
  ['quick', ['mt', 'mt-twin'], '--method mt --twins'],
  ['quick', ['mt'], '--method mt'],
  ['quick', ['mt', 'cps-twin'], '--method mt,cps-twin'],
])('has the rows of %s %j again by «%s»', (profile, rows, words) => {
  const comparison = { ...comparisonOf(WASM, { profile, protocol: 'common' }), arms: rows.map((method) => arm(method)) }
  const [command] = repeatCommands(comparison)
  expect(command).toContain(`pnpm bench la ${words} --fold`)
  expect(understood(command!).order.request.arms.map(({ method }) => method)).toEqual(rows)
})

it('asks for all cases again, which are the same in whatever way they would be chosen', () => {
  const [command] = repeatCommands(comparisonOf(WASM, { labelled: 'all', settings: { labelledCases: 'all' } }))
  expect(command).toContain(' --labelled all ')
  expect(understood(command!).order.request).toMatchObject({ labelled: 'all', protocol: { labelledCases: 'all' } })
})
