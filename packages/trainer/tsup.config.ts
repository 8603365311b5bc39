import { defineConfig } from 'tsup'
import { library } from '../../tsup.shared'

// The worker is a file of its own beside the library: `measure-engine.ts` finds it there.
export default defineConfig(
  library({ index: 'src/index.ts', browser: 'src/browser.ts', 'measure-worker': 'src/engine-choice/measure-worker.ts' }),
)
