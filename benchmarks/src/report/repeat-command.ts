import { ENGINES, type EngineIdentity, type EngineName } from '@dualseg/trainer'
import { asCalled } from '../command-line/as-called'
import { type EngineArguments, engineOptions } from '../command-line/engine-arguments'
import { describedNames } from '../data/description'
import type { Comparison } from './comparison'
import { isTwin, twinNamed } from './supervised-twins'

/** The command lines that make, or repeat, the runs of a comparison: one for the arms that go without the same parts. */
export function repeatCommands({ conditions, arms, folds, seeds }: Comparison): string[] {
  const { dataset, profile, protocol, settings, labelled, engine } = conditions
  // A profile of another length says so in its name.
  const [size, iterations] = profile.split('-')
  const groups = new Map<string, string[]>()
  for (const { without, method } of arms) groups.set(without.join(','), [...(groups.get(without.join(',')) ?? []), method])
  return [...groups].map(([without, names]) =>
    [
      `${asCalled('pnpm bench')} ${wordOf(dataset)} ${methodOptions(names, protocol, size === 'quick').join(' ')}`,
      ...(without === '' ? [] : [`--without ${without}`]),
      `--fold ${folds.join(',')} --seed ${seeds.join(',')} --profile ${size}`,
      ...(iterations === undefined ? [] : [`--iterations ${iterations}`]),
      `--protocol ${protocol} --labelled ${labelled}`,
      ...(labelled === 'all' ? [] : [`--labelled-cases ${settings.labelledCases ?? 'first'}`]),
      ...(settings.augment ? [`--augment ${settings.augment.kind}`] : []),
      ...(settings.testMirror ? ['--mirror'] : []),
      ...engineCommand(engine),
    ].join(' '),
  )
}

/** Twins come by themselves unless it is quick; where other ones are there than would come, all rows are named. */
function methodOptions(names: readonly string[], protocol: string, isQuick: boolean): string[] {
  const own = names.filter((method) => !isTwin({ method }))
  const twins = names.filter((method) => isTwin({ method }))
  const come = new Set(own.flatMap((method) => twinNamed(method, protocol) ?? []))
  if (twins.length === come.size && twins.every((twin) => come.has(twin))) {
    return [`--method ${own.join(',')}`, ...(isQuick && come.size > 0 ? ['--twins'] : [])]
  }
  return [`--method ${names.join(',')}`, ...(isQuick ? [] : ['--no-twins'])]
}

/** What names the data set of runs on a command line; where one's own lies, its runs do not say. */
function wordOf(dataset: string): string {
  if (dataset === 'phantom') return 'la'
  const name = dataset.replace(/-phantom$/, '')
  return name === 'la' || name !== dataset || describedNames().includes(name) ? name : `"<folder of ${name}>"`
}

/** What gives the bits of runs begun with this identity; a card is the first one, whatever its name. */
function engineCommand(identity: EngineIdentity): string[] {
  const { name } = identity
  const options = Object.hasOwn(ENGINES, name) ? (ENGINES[name as EngineName].optionsOf(identity) as EngineArguments) : {}
  return [`--engine ${name}`, ...engineOptions(options)]
}
