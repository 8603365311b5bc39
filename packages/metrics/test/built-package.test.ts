import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const entry = new URL('../dist/index-node.js', import.meta.url)

it.skipIf(!existsSync(fileURLToPath(entry)))('works from dist in plain Node, without configuration', () => {
  const program = `
    import { evaluateMask } from ${JSON.stringify(entry.href)}
    const mask = { data: Uint8Array.of(0, 1, 1, 0, 0, 0, 0, 0), size: [2, 2, 2] }
    const other = { data: Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 0), size: [2, 2, 2] }
    console.log(JSON.stringify(await evaluateMask(mask, other, { empty: 'zero' })))`
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })
  expect(JSON.parse(printed)).toMatchObject({ dice: 0.5, jaccard: 1 / 3, hd95: 1, asd: 0.5 })
})
