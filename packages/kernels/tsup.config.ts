import { defineConfig } from 'tsup'
import { library } from '../../tsup.shared'

export default defineConfig(library(['src/index.ts', 'src/engine-kernels.ts', 'src/random.ts', 'src/testing.ts']))
