import { defineConfig } from 'tsup'
import { library } from '../tsup.shared'

export default defineConfig(
  library({
    cli: 'src/cli.ts',
    'speed-worker': 'src/speed/worker.ts',
    'profile-step': 'src/speed/profile-step.ts',
    'profile-inference': 'src/speed/profile-inference.ts',
  }),
)
