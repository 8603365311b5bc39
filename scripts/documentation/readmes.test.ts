import { basename, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifestOf, publishedFolders, ROOT } from '../pack-packages.mjs'
import { blocksOf, commandsOf, contentOf } from './blocks.mjs'

// What the README of every published package has.
for (const folder of publishedFolders()) {
  const { name, exports } = manifestOf(folder)
  const file = relative(ROOT, join(folder, 'README.md'))
  const readme = contentOf(file)

  describe(file, () => {
    it('begins with its name and one sentence', () => {
      const [title, , sentence] = readme.split('\n')
      expect(title).toBe(`# ${name}`)
      expect(sentence).toMatch(/^[A-Z\d].{20,}/)
    })

    it('says how to install it', () => {
      const installs = blocksOf(file)
        .filter(({ language }) => language === 'sh')
        .flatMap(({ text }) => commandsOf(text))
      expect(installs.filter((command) => command.startsWith('npm install ')).join(' ')).toContain(name)
    })

    it('shows a complete example', () => {
      expect(blocksOf(file).some(({ language, text }) => ['js', 'ts'].includes(language) && text.includes(`'${name}`))).toBe(true)
    })

    it('says its limits, licence and how to cite', () => {
      expect(readme).toMatch(/^(## )?Limits/m)
      expect(readme).toContain('Apache-2.0')
      expect(readme).toContain('CITATION.cff')
    })

    it('names every value that it exports', async () => {
      for (const [path, branch] of Object.entries(exports as Record<string, string | { node?: string; default: string }>)) {
        if (typeof branch === 'string') continue
        const values = Object.keys(await import(join(folder, branch.node ?? branch.default)))
        const missing = values.filter((value) => !new RegExp(`\\b${value}\\b`).test(readme))
        expect(missing, `${name}${path.slice(1)}`).toEqual([])
      }
    })
  })
  it(`${basename(folder)} has a size budget`, () => {
    expect(JSON.parse(contentOf('scripts/size-budgets.json'))).toHaveProperty(basename(folder))
  })
}
