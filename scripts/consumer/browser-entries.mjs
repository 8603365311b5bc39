// Follows the imports of each entry that browsers load, through all our packages: none may reach a module of Node.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const ENTRIES = [
  '@dualseg/backend-wasm',
  '@dualseg/kernels',
  '@dualseg/kernels/random',
  '@dualseg/losses',
  '@dualseg/models',
  '@dualseg/onnx',
  '@dualseg/metrics',
  '@dualseg/data',
  '@dualseg/data/browser',
  '@dualseg/trainer/browser',
]
const seen = new Set()

for (const entry of ENTRIES) follow(fileOf(entry), entry)

/** The file that the `browser` and `default` conditions lead to. */
function fileOf(specifier) {
  const [scope, name, ...path] = specifier.split('/')
  const folder = join(import.meta.dirname, 'node_modules', scope, name)
  const branch = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).exports[['.', ...path].join('/')]
  return join(folder, branch.browser ?? branch.default)
}

function follow(file, from) {
  if (seen.has(file)) return
  seen.add(file)
  const source = readFileSync(file, 'utf8')
  for (const [, specifier] of source.matchAll(/^(?:import|export)\b[^'"]*['"]([^'"]+)['"]/gm)) {
    if (specifier.startsWith('node:')) throw new Error(`${from} reaches ${specifier} through ${file}`)
    if (specifier.startsWith('.')) follow(join(dirname(file), specifier), from)
    if (specifier.startsWith('@dualseg/')) follow(fileOf(specifier), from)
  }
}
