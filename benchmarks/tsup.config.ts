import { cpSync } from 'node:fs'
import { join } from 'node:path'
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
    { clean: ['!report/**', '!page/**'] },
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
  // The page that segments: modules, which a server gives. The thread that computes loads what few scans need when they do.
  library(
    { page: 'src/page/client/page.ts', 'segment-worker': 'src/page/client/segment-worker.ts' },
    {
      outDir: 'dist/page',
      platform: 'browser',
      target: 'es2022',
      minify: true,
      sourcemap: false,
      noExternal: [/.*/],
      publicDir: 'src/page/client/static',
      // What the page never loads: files that it does not read (HDF5, Zarr), kernels of other bits, the metrics' pipeline.
      esbuildOptions: (options) => {
        options.external = ['h5wasm', 'numcodecs/*', './kernels-*', './pipeline-worker.generated-*']
      },
      outExtension: () => ({ js: '.js' }),
      async onSuccess() {
        for (const ending of ['js', 'wasm.zst']) {
          const file = `read-image-dicom-file-series.${ending}`
          cpSync(join('node_modules/@itk-wasm/dicom/dist/pipelines', file), join('dist/page/pipelines', file))
        }
      },
    },
  ),
])
