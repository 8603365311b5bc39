import { profileKernels } from '@dualseg/backend-wasm'
import { NUMERIC_ARGUMENTS, numericOptions } from '../command-line/engine-arguments'
import { openEngine } from '../engines/open-engine'

/** What every profile of the wasm engine is told, for `parseArgs`. */
export const PROFILE_OPTIONS = {
  method: { type: 'string', default: 'vnet' },
  filters: { type: 'string', default: '16' },
  runs: { type: 'string', default: '2' },
  functions: { type: 'boolean', default: false },
  numerics: { type: 'string', default: NUMERIC_ARGUMENTS.numerics.default },
  simd: { type: 'string', default: NUMERIC_ARGUMENTS.simd.default },
  packing: { type: 'string', default: NUMERIC_ARGUMENTS.packing.default },
} as const

/** Opens the engine with one thread, on which processor time says more than the clock where other programs run. */
export async function openOneThread(values: Readonly<Record<string, unknown>>): Promise<void> {
  // What other engines are told is not asked for here.
  const others = Object.fromEntries(Object.entries(NUMERIC_ARGUMENTS).map(([name, argument]) => [name, argument.default]))
  const { line } = await openEngine('wasm', { threads: 1, ...numericOptions({ ...others, ...values }) })
  console.log(line)
}

/** That this process has used since it began. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/**
 * Profiles until the returned function is called, which prints milliseconds of processor time by kernel, those above a thousandth.
 *
 * @param what that was done, e.g. `step`
 * @param runs times it was done, to which calls are divided
 * @param parts of one run, to which times are divided; the windows of a batch @default 1
 */
export function profileOneThread(what: string, functions: boolean, runs: number, parts = 1): () => void {
  const finish = profileKernels({ now: processorMs, functions })
  const began = processorMs()
  return () => {
    const each = runs * parts
    const total = (processorMs() - began) / each
    const kernels = finish()
    const counted = kernels.filter(({ name }) => !name.startsWith('wasm:')).reduce((sum, { totalMs }) => sum + totalMs, 0) / each
    console.log(
      `${what} ${total.toFixed(0)} ms, kernels ${counted.toFixed(0)} ms, everything else ${(total - counted).toFixed(0)} ms`,
    )
    for (const { name, calls, totalMs } of kernels.filter((kernel) => kernel.totalMs / each >= total / 1000))
      console.log(`${(totalMs / each).toFixed(1).padStart(8)} ms ${String(calls / runs).padStart(6)} calls  ${name}`)
  }
}
