// Runs the specs that tfjs-core has in its npm package on an engine: `pnpm test:tfjs wasm`. Half a minute.
//
//   node scripts/tfjs-suite/run.mjs cpu | wasm | torch [cuda]      torch needs DUALSEG_PYTHON
//
// Specs for browsers declare themselves in browsers only. Five others TensorFlow.js itself has switched off: they count as skipped, with the exceptions.
import jasmineCore from 'jasmine-core'
import { bundleSuite } from './bundle.mjs'
import { EXCEPTIONS } from './exceptions.mjs'
import { tally } from './tally.mjs'

const HOMES = { cpu: 'packages/kernels', wasm: 'packages/backend-wasm', torch: 'packages/backend-torch' }
/** Those of tfjs-core 4.22. A backend of the name `cpu` has two more. */
const LEAST_SPECS = 4230
const SPEC_SECONDS = 20
const LONGEST_FAULT = 2000

const [engine, device] = process.argv.slice(2)
if (!(engine in HOMES)) {
  console.error(`test:tfjs: '${engine ?? ''}' is no engine; choose ${Object.keys(HOMES).join(', ')}`)
  process.exit(2)
}

const jasmine = jasmineCore.boot()
jasmine.DEFAULT_TIMEOUT_INTERVAL = SPEC_SECONDS * 1000
const suite = await import(await bundleSuite(HOMES[engine]))
const opened = await suite.openEngine(engine, device).catch((error) => {
  console.error(`test:tfjs: ${error.message}`)
  process.exit(1)
})
await suite.registerGradients()
const backendName = await suite.declareSpecs()

const { reporter, close } = tally({
  exceptions: EXCEPTIONS,
  leastSpecs: LEAST_SPECS,
  nameOf: (fullName) => fullName.replace(` ${backendName} {}`, ''),
})
const env = jasmine.getEnv()
env.configure({ random: false })
env.addReporter(reporter)
await env.execute()

const { faults, count } = close()
for (const fault of faults) console.log(`FAILED ${fault.slice(0, LONGEST_FAULT).replaceAll('\n', '\n  ')}`)
console.log(`tfjs-core's specs on ${opened}:`)
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
process.exit(count.failed > 0 ? 1 : 0)
