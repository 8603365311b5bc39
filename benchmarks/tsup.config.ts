import { defineConfig } from 'tsup'
import { library } from '../tsup.shared'

export default defineConfig([
  library(
    {
      cli: 'src/cli.ts',
      'phantom-results': 'src/phantom-results.ts',
      'publish-results': 'src/publish-results.ts',
      'grid-worker': 'src/grid/grid-worker.ts',
      'metrics-speed-worker': 'src/speed/metrics/worker.ts',
      'metrics-worker': 'src/metrics/case-worker.ts',
      'speed-worker': 'src/speed/worker.ts',
      'profile-step': 'src/speed/profile-step.ts',
      'profile-inference': 'src/speed/profile-inference.ts',
    },
    { clean: ['!report/**'] },
  ),
  // What a report's pages load from beside them: classic scripts, since `file://` has no modules.
  library(
    {
      sort: 'src/report/client/sort.ts',
      live: 'src/report/client/live.ts',
      viewer: 'src/report/client/viewer.ts',
      report: 'src/report/client/report.css',
    },
    {
      outDir: 'dist/report',
      format: 'iife',
      platform: 'browser',
      target: 'es2022',
      minify: true,
      sourcemap: false,
      splitting: false,
      noExternal: [/.*/],
      outExtension: () => ({ js: '.js' }),
    },
  ),
])
