import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const root = new URL('../', import.meta.url)
const manifest: { compiler: string; sources: Record<string, string>; artefacts: Record<string, string> } = JSON.parse(
  readFileSync(new URL('pipelines/manifest.json', root), 'utf8'),
)

const hashesOf = (folder: string, names: string[]) =>
  Object.fromEntries(
    names.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(new URL(`${folder}/${name}`, root)))
        .digest('hex'),
    ]),
  )

// Whoever changes pipeline/ runs `pnpm pipeline:build`; `pnpm pipeline:check` compiles again and compares the bits.
describe('the compiled pipeline', () => {
  it('comes from the sources that lie beside it', () => {
    expect(hashesOf('pipeline', readdirSync(new URL('pipeline', root)))).toEqual(manifest.sources)
  })

  it('is the one that the manifest names', () => {
    const tracked = readdirSync(new URL('pipelines', root)).filter((name) => name !== 'manifest.json')
    expect(hashesOf('pipelines', tracked)).toEqual(manifest.artefacts)
  })

  it('names the compiler of the recipe', () => {
    expect(manifest.compiler).toBe(JSON.parse(readFileSync(new URL('pipeline/build.json', root), 'utf8')).compiler)
  })
})
