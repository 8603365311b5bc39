import { defineConfig } from 'tsup'
import { library } from '../../tsup.shared'

// The workers are files of their own beside the library: `worker-url.ts` finds them there.
export default defineConfig(
  library(
    {
      index: 'src/index.ts',
      browser: 'src/browser.ts',
      node: 'src/node.ts',
      'batch-worker': 'src/node/batch-worker.ts',
      'case-worker': 'src/node/case-worker.ts',
      'image-worker': 'src/node/images/image-worker.ts',
    },
    // tsup would bundle what is an optional dependency.
    { external: [/^@itk-wasm\//, 'itk-wasm'] },
  ),
)
