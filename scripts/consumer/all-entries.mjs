// Every entry of every package of ours that is installed here, imported and required, whatever packages there are.
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(import.meta.url)
const scope = join(import.meta.dirname, 'node_modules/@dualseg')
for (const folder of readdirSync(scope)) {
  const { name, exports } = JSON.parse(readFileSync(join(scope, folder, 'package.json'), 'utf8'))
  for (const [path, branch] of Object.entries(exports)) {
    // `testing` runs inside vitest only.
    if (typeof branch === 'string' || path === './testing') continue
    const entry = name + path.slice(1)
    const imported = Object.keys(await import(entry))
    const required = Object.keys(require(entry))
    const missing = imported.filter((key) => !required.includes(key))
    if (imported.length === 0 || missing.length > 0)
      throw new Error(`${entry}: imports ${imported.length}, require lacks ${missing}`)
  }
}
