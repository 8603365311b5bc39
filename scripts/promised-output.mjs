import { readFileSync } from 'node:fs'

/** What a program says in the comment that ends it that it prints: the lines after `// Prints:`. */
export function promisedOutput(program) {
  const source = readFileSync(program, 'utf8')
  return source
    .slice(source.indexOf('// Prints:') + '// Prints:'.length)
    .trim()
    .replaceAll(/^\/\/ ?/gm, '')
}

/** @throws with both, if they differ */
export function expectSame(printed, expected) {
  if (printed !== expected) throw new Error(`it printed\n${printed}\nand should print\n${expected}`)
}
