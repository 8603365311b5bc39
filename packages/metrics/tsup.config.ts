import { cp } from 'node:fs/promises'
import { defineConfig } from 'tsup'
import { library } from '../../tsup.shared'

export default defineConfig(
  library(['src/index.ts', 'src/index-node.ts'], {
    // itk-wasm's runtime loads the module and its .wasm.zst by name at run time: they lie beside the code, unbundled.
    onSuccess: () => cp('pipelines', 'dist/pipelines', { recursive: true }),
  }),
)
