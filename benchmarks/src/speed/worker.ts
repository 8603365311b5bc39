import type { EngineArguments } from '../command-line/engine-arguments'
import { errorCode } from '../command-line/exit-codes'
import { measure } from './measure'
import type { Request } from './request'

// A process of `bench speed`: the engine's name, how it is to compute and one request as JSON in, one line of JSON out.
const [engine, numerics, request] = process.argv.slice(2)
try {
  console.log(JSON.stringify(await measure(engine!, JSON.parse(numerics!) as EngineArguments, JSON.parse(request!) as Request)))
} catch (error) {
  const code = errorCode(error)
  const message = error instanceof Error ? (code ? error.message : (error.stack ?? error.message)) : String(error)
  console.log(JSON.stringify({ error: { ...(code !== undefined && { code }), message } }))
  process.exitCode = 1
}
