import { ENGINES, type EngineName } from '../engines'
import type { MeasuredEngine } from './measure-engine'
import { measureStep } from './measured-step'

// A process of its own for one engine: its name and options in, one line of JSON out.
const [name, options] = process.argv.slice(2) as [EngineName, string]
const open = ENGINES[name].open as (options: object) => ReturnType<(typeof ENGINES)[EngineName]['open']>
const answer = await open(JSON.parse(options) as object).then(
  async (engine): Promise<MeasuredEngine> => ({ engine, seconds: await measureStep() }),
  (error: unknown): MeasuredEngine => ({ failed: error instanceof Error ? error.message : String(error) }),
)
// Some libraries keep threads that a plain return would wait for.
process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit())
