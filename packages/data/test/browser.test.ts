import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** Every module that the browser's entry reaches by static imports, and what they import from outside. */
function outsideImports(entry: URL): Set<string> {
  const outside = new Set<string>()
  const seen = new Set<string>()
  const visit = (file: URL) => {
    if (seen.has(file.href)) return
    seen.add(file.href)
    const text = readFileSync(file, 'utf8')
    for (const [, name] of text.matchAll(/^(?:import|export)(?!\s+type)[^'"]*from '([^']+)'/gm)) {
      if (name!.startsWith('.')) visit(new URL(`${name}.ts`, file))
      else outside.add(name!)
    }
  }
  visit(entry)
  return outside
}

describe('the entries for browsers', () => {
  it('reads files with nothing of Node', () => {
    expect([...outsideImports(new URL('../src/browser.ts', import.meta.url))]).toEqual([])
  })

  it('imports nothing of Node and no TensorFlow', () => {
    expect([...outsideImports(new URL('../src/index.ts', import.meta.url))]).toEqual(['@dualseg/kernels/random'])
  })
})
