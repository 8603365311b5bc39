import { dualsegError } from '@dualseg/kernels'
import type { EngineArguments } from '../command-line/engine-arguments'
import { errorCode } from '../command-line/exit-codes'
import { measure } from './measure'
import type { Request } from './request'

// A process of `bench speed`: the engine's name, how it is to compute and one request as JSON in, one line of JSON out.
const [engine, numerics, request] = process.argv.slice(2)
try {
  console.log(JSON.stringify(await measure(engine!, JSON.parse(numerics!) as EngineArguments, JSON.parse(request!) as Request)))
} catch (error) {
  const told = isTooLarge(error) ? tooLarge(error) : error
  const code = errorCode(told)
  const message = told instanceof Error ? (code ? told.message : (told.stack ?? told.message)) : String(told)
  console.log(JSON.stringify({ error: { ...(code !== undefined && { code }), message } }))
  process.exitCode = 1
}

/** V8 has two sentences for an array that it cannot make. */
function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && /allocation failed|Invalid typed array length/.test(error.message)
}

function tooLarge(cause: unknown): Error {
  return dualsegError('DUALSEG_MEMORY', 'takes arrays larger than this machine can make; choose a smaller --size or --profile', {
    cause,
  })
}
