import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../pack-packages.mjs'

/**
 * A block of code in a document.
 *
 * @typedef {object} Block
 * @property {string} file path from the repository's root
 * @property {number} line of the block's first line
 * @property {string} language what follows the fence; `sh` for indented lines that begin with a command, else empty
 * @property {string} text
 * @property {Block} [next] the block after it, if nothing but empty lines lies between
 * @property {{ kind: 'not run' | 'slow' | 'needs', reason: string }} [mark] in the line before: `<!-- not run: reason -->`, `<!-- slow: reason -->`,
 *   or `<!-- needs: VARIABLE -->` for what runs only where that variable of the environment is set
 */

const FENCE = /^```(\w*)\s*$/
const MARK = /^<!-- (not run|slow|needs): (.+) -->$/
const COMMAND = /^(npx|npm|pnpm|node|git|pip|python3?|DUALSEG_\w+=\S+)\s/
/** Written by changesets, or read by nobody but GitHub. */
const LEFT_OUT = /(^|\/)(CHANGELOG\.md$|\.changeset\/|\.github\/)/

/** Every document that is tracked, as paths from the root. */
export function documents() {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  return listed
    .trim()
    .split('\n')
    .filter((file) => !LEFT_OUT.test(file))
}

export function contentOf(/** @type {string} */ file) {
  return readFileSync(join(ROOT, file), 'utf8')
}

/**
 * All blocks of a document, in order.
 *
 * @returns {Block[]}
 */
export function blocksOf(/** @type {string} */ file) {
  return parseBlocks(file, contentOf(file))
}

/** @returns {Block[]} */
export function parseBlocks(/** @type {string} */ file, /** @type {string} */ content) {
  const lines = content.split('\n')
  const found = []
  const add = (line, end, language, text, before) => {
    const [, kind, reason] = MARK.exec(lines[before]?.trim() ?? '') ?? []
    const mark = kind ? { kind, reason } : undefined
    found.push({ block: { file, line: line + 1, language, text: text.join('\n'), mark }, end })
  }
  for (let at = 0; at < lines.length; at++) {
    const language = FENCE.exec(lines[at])?.[1]
    if (language !== undefined) {
      const end = lines.findIndex((line, i) => i > at && line.startsWith('```'))
      if (end < 0) throw new Error(`${file}:${at + 1}: this block does not end`)
      add(at + 1, end, language, lines.slice(at + 1, end), at - 1)
      at = end
    } else if (isIndented(lines[at]) && (lines[at - 1] ?? '').trim() === '') {
      let end = at
      while (isIndented(lines[end + 1] ?? '')) end++
      const text = lines.slice(at, end + 1).map((line) => line.slice(4))
      // A mark stands before the empty line.
      add(at, end, COMMAND.test(text[0]) ? 'sh' : '', text, at - 2)
      at = end
    }
  }
  return found.map(({ block, end }, i) => {
    const following = found[i + 1]
    const adjacent = following && lines.slice(end + 1, following.block.line - 2).every((line) => line.trim() === '')
    return adjacent ? { ...block, next: following.block } : block
  })
}

function isIndented(line) {
  return /^ {4}\S/.test(line)
}

/** The commands of a shell block: without comments, lines joined that a backslash continues. */
export function commandsOf(/** @type {string} */ text) {
  return text
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/(^|\s+)#.*$/, '').trim())
    .filter((line) => line !== '')
}

/** What a program says that it prints: the `text` block after it, or the comments after its `console.log`s. */
export function promisedBy(/** @type {Block} */ { text, next }) {
  if (next?.language === 'text') return next.text.trim()
  const lines = text.split('\n')
  const comments = lines.flatMap((line, i) => {
    const beside = /console\.log\(.*\)\s*\/\/ (.*)$/.exec(line)?.[1]
    const below = /^\s*\/\/ (.*)$/.exec(line)?.[1]
    if (beside !== undefined) return [beside]
    return below !== undefined && /console\.log\(|^\s*\/\/ /.test(lines[i - 1] ?? '') && i === lines.length - 1 ? [below] : []
  })
  return comments.length > 0 ? comments.join('\n') : undefined
}

/** The first program that a README shows and that runs anywhere. */
export function exampleOf(/** @type {string} */ readme) {
  return parseBlocks('README.md', readme).find(({ language, mark }) => (language === 'js' || language === 'ts') && !mark)
}
