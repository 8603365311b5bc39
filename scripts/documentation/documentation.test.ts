import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifestOf, publishedFolders, ROOT } from '../pack-packages.mjs'
import { type Block, blocksOf, commandsOf, contentOf, documents, promisedBy } from './blocks.mjs'
import { runProgram, runShell } from './run-block'

// Every block of code in every document is run, is checked, or says by a comment before it why not. What takes minutes is marked
// `<!-- slow: reason -->` and run by `pnpm test:slow`.

const SCRIPTS = new Set(Object.keys(manifestOf(ROOT).scripts))
/** What the machines run on every change: a command in there is run, though not by this test. */
const CI = ['.ci/run', '.github/workflows/ci.yml', '.github/workflows/release.yml'].map(contentOf).join('\n')
const MANIFESTS = publishedFolders().map(manifestOf)
/** Ours, and what ours ask for beside them. */
const INSTALLABLE = new Set(
  MANIFESTS.flatMap(({ name, dependencies, peerDependencies, devDependencies }) => [
    name,
    ...Object.keys({ ...dependencies, ...peerDependencies, ...devDependencies }),
  ]),
)
const PROGRAMS = new Set(['js', 'ts', 'mjs'])
const SHELLS = new Set(['sh', 'bash', 'console'])

for (const file of documents()) {
  const blocks = blocksOf(file)
  const tested = blocks.filter(
    ({ language, mark }) => (!mark || mark.kind === 'needs') && language !== 'text' && language !== 'mermaid',
  )
  if (tested.length === 0) continue
  describe(file, () => {
    for (const block of tested) {
      const title = `${block.line}: ${block.text.trim().split('\n')[0]}`
      if (block.mark) {
        const variable = block.mark.reason
        it.skipIf(!process.env[variable])(`${title} (${variable})`, { timeout: 300_000 }, () => runProgram(block))
      } else if (PROGRAMS.has(block.language)) it(title, { timeout: 300_000 }, () => expectProgram(block))
      else if (SHELLS.has(block.language)) it(title, { timeout: 300_000 }, () => expectCommands(block))
      else it(title, () => expectNoProgram(block))
    }
  })
}

async function expectProgram(block: Block): Promise<void> {
  const printed = await runProgram(block)
  expect(promisedBy(block) ?? '', `${block.file}:${block.line} says that it prints`).toBe(printed)
}

async function expectCommands({ file, line, text }: Block): Promise<void> {
  const here: string[] = []
  for (const command of commandsOf(text)) {
    const script = /^(?:npx -y pnpm@\S+|pnpm)(?: -s| run)? ([\w:-]+)$/.exec(command)?.[1]
    if (/^npm (i|install) /.test(command)) expectInstallable(command)
    else if (file.startsWith('examples/') && /^npm (install|start)$/.test(command)) {
      // `pnpm test:packed` and `pnpm rehearse` do.
      expect(manifestOf(join(ROOT, dirname(file))).scripts.start).toBe('node index.js')
    } else if (script !== undefined && script !== 'bench') {
      expect(SCRIPTS.has(script) || script === 'install', `${file}:${line}: there is no script «${script}»`).toBe(true)
      const isRun = CI.includes(`pnpm ${script}\n`) || CI.includes(`$pnpm ${script} `) || CI.includes(`$pnpm ${script}\n`)
      expect(
        isRun || script === 'install' || script === 'build',
        `${file}:${line}: neither .ci/run nor a workflow runs «${command}»; mark the block`,
      ).toBe(true)
    } else if (/^(\w+=\S+ )*(npx -y pnpm@\S+|pnpm)( -s)? bench /.test(command)) here.push(command)
    else expect.fail(`${file}:${line}: nothing runs «${command}»; mark the block: <!-- not run: why -->`)
  }
  if (here.length > 0) await runShell(here)
}

function expectInstallable(command: string): void {
  const packages = command
    .split(' ')
    .slice(2)
    .filter((word) => !word.startsWith('-'))
  expect(packages.filter((name) => !INSTALLABLE.has(name))).toEqual([])
}

/** A diagram, a signature, a file: it may not look like something to type. */
function expectNoProgram({ file, line, language, text }: Block): void {
  const where = `${file}:${line}`
  if (language === 'json') JSON.parse(text)
  else
    expect(['', 'json', 'diff', 'csv', 'yaml'], `${where}: «${language}» is run by nothing; mark the block`).toContain(language)
  expect(text, `${where}: a block with commands is \`\`\`sh`).not.toMatch(/^(npx|npm|pnpm|pip|node|git) \S/m)
}

describe('documents', () => {
  it('name only scripts that exist', () => {
    const KNOWN = new Set([...SCRIPTS, 'exec', 'install', 'i', 'add', 'pack', 'run', 'publish', 'audit', 'dlx'])
    const wrong = documents().flatMap((file) => {
      const own = new Set(Object.keys(ownScripts(file)))
      return [...contentOf(file).matchAll(/`(?:npx -y )?pnpm(?:@\S+)?(?: -s| -r)* ([a-z][\w:-]*)/g)]
        .map(([, script]) => script!)
        .filter((script) => !KNOWN.has(script) && !own.has(script))
        .map((script) => `${file}: pnpm ${script}`)
    })
    expect(wrong).toEqual([])
  })

  it('link only to what exists', () => {
    const broken = documents().flatMap((file) => {
      const prose = contentOf(file).replaceAll(/^```[\s\S]*?^```/gm, '')
      return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target]) => target!)
        .filter((target) => !/^(https?:|mailto:)/.test(target) && !reaches(file, target))
        .map((target) => `${file}: ${target}`)
    })
    expect(broken).toEqual([])
  })
})

function ownScripts(file: string): Record<string, string> {
  const manifest = join(ROOT, file.split('/').slice(0, 2).join('/'), 'package.json')
  return existsSync(manifest) ? (manifestOf(dirname(manifest)).scripts ?? {}) : {}
}

/** A file or folder, and in a document the heading. `docs/api` is written by `pnpm docs:api`. */
function reaches(from: string, target: string): boolean {
  const [path = '', anchor] = target.split('#')
  const reached = path === '' ? join(ROOT, from) : join(ROOT, dirname(from), decodeURIComponent(path))
  if (reached.startsWith(join(ROOT, 'docs/api'))) return true
  if (!existsSync(reached)) return false
  if (!anchor || !reached.endsWith('.md')) return true
  const headings = [...readFileSync(reached, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
  return headings.includes(anchor)
}
