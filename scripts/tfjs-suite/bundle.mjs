import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'
import { ROOT } from '../pack-packages.mjs'

const KERNELS = createRequire(join(ROOT, 'packages/kernels/package.json'))

function folderOf(name, require) {
  return dirname(require.resolve(`${name}/package.json`))
}

/**
 * Bundles the specs with the engines. The files of tfjs-core that the specs import are not those that its package gives to others: in a bundle they
 * are the same for the specs, the engines and tfjs-backend-cpu, and Node need not know the specs' way of importing.
 *
 * @param home the package from which the engine loads what cannot be bundled
 * @returns the bundle's path
 */
export async function bundleSuite(home) {
  const core = join(folderOf('@tensorflow/tfjs-core', KERNELS), 'dist')
  const outDir = join(ROOT, home, 'node_modules/.cache/tfjs-suite')
  await build({
    config: false,
    silent: true,
    entry: { suite: fileURLToPath(new URL('engines.mjs', import.meta.url)) },
    outDir,
    format: 'esm',
    outExtension: () => ({ js: '.mjs' }),
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    splitting: false,
    // It finds its binary beside itself.
    external: ['koffi'],
    noExternal: [/^(?!koffi$)/],
    banner: { js: "import { createRequire as requireFrom } from 'node:module'\nconst require = requireFrom(import.meta.url)" },
    esbuildOptions: (options) => {
      options.conditions = ['@dualseg/source']
      options.mainFields = ['module', 'main']
      // The package says that its specs do nothing when imported.
      options.ignoreAnnotations = true
      options.alias = {
        '@tensorflow/tfjs-core/dist': core,
        '@tensorflow/tfjs-core': join(core, 'index.js'),
        'jasmine-core': folderOf('jasmine-core', createRequire(import.meta.url)),
      }
    },
  })
  return join(outDir, 'suite.mjs')
}
