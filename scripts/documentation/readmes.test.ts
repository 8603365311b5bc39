import { basename, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifestOf, publishedFolders, ROOT } from '../pack-packages.mjs'
import { blocksOf, commandsOf, contentOf, promisedBy } from './blocks.mjs'

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

    it('shows a complete example and what it prints', () => {
      const example = blocksOf(file).find(({ language, text }) => ['js', 'ts'].includes(language) && text.includes(`'${name}`))
      expect(example && promisedBy(example)).toMatch(/./)
    })

    it('says its limits, licence and how to cite', () => {
      expect(readme).toMatch(/^(## )?Limits/m)
      expect(readme).toContain('Apache-2.0')
      expect(readme).toContain('CITATION.cff')
    })

    for (const [path, branch] of Object.entries(exports as Record<string, string | { node?: string; default: string }>)) {
      if (typeof branch === 'string') continue
      const entry = `${name}${path.slice(1)}`

      it(`has ${entry} in a table: every value that it exports and nothing else, each with formula and source`, async () => {
        const table = tablesOf(readme).find(({ head }) => head[0] === (path === '.' ? 'export' : `\`${entry}\``))
        expect(table?.head.slice(1)).toEqual(['formula or meaning', 'source'])
        const listed = table!.rows.flatMap(([first]) => [...first!.matchAll(/`([^`]+)`/g)].map(([, exported]) => exported!))
        expect(listed.sort()).toEqual(Object.keys(await import(join(folder, branch.node ?? branch.default))).sort())
        expect(table!.rows.filter((cells) => cells.length !== 3 || cells.includes(''))).toEqual([])
      })
    }
  })
  it(`${basename(folder)} has a size budget`, () => {
    expect(JSON.parse(contentOf('scripts/size-budgets.json'))).toHaveProperty(basename(folder))
  })
}

interface Table {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

function tablesOf(readme: string): Table[] {
  const tables = readme.match(/^\|.*\n\|[-|: ]+\|\n(\|.*\n)*/gm) ?? []
  return tables.map((table) => {
    const [head, , ...rows] = table.trim().split('\n').map(cellsOf)
    return { head: head!, rows }
  })
}

function cellsOf(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim())
}
