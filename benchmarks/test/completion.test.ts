import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { runMain } from './run-main'

/** What comes after these words; the last is being typed. */
async function after(line: string, shell = 'zsh'): Promise<string[]> {
  const { code, stdout, stderr } = await runMain('complete', shell, '--', ...line.split(' '))
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((text) => text.split('\t')[0]!)
}

it.each([
  ['rep', ['report']],
  ['hip', ['hippocampus']],
  ['--ver', ['--version']],
  ['speed m', ['metrics']],
  ['report --se', ['--serve']],
  ['report --vol', ['--volumes']],
  ['report --no-', ['--no-volumes']],
  ['report --serve --se', []],
  ['report --format l', ['latex']],
  ['report --format=l', ['--format=latex']],
  ['report --html ', []],
  ['predict ', []],
  ['data f', ['fetch']],
  ['data fetch hip', ['hippocampus']],
  ['data --json fetch hip', ['hippocampus']],
  ['train --seed 1 hip', ['hippocampus']],
  ['la --method super', ['supervised']],
  ['hippocampus --method supervised,dualnet-r', ['supervised,dualnet-released']],
  ['la --engine to', ['torch']],
  ['la --profile h', ['half']],
  ['completion f', ['fish']],
  ['nothing --me', []],
])('%s', async (line, expected) => {
  expect(await after(line)).toEqual(expected)
})

it('goes on with a list, with what is not in it yet', async () => {
  const found = await after('la --method supervised,')
  expect(found).toContain('supervised,mt')
  expect(found).not.toContain('supervised,supervised')
  expect(await after('la --method = super', 'bash')).toEqual(['supervised'])
  expect(await after('la --method =', 'bash')).toContain('supervised')
})

it('says of commands and options what they are', async () => {
  expect((await runMain('complete', 'fish', '--', 'statu')).stdout).toMatch(/^status\tShow how far runs are/)
})

it('is read by bash, which completes by it, and files where they are meant', async () => {
  const { code, stdout } = await runMain('completion', 'bash')
  expect(code).toBe(0)
  const folder = mkdtempSync(join(tmpdir(), 'dualseg-completion-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'completion.bash'), stdout)
  // Another program in our place: which words come to it, and what is made of its answer.
  const script = `
    dualseg() { printf '%s|' "$@" >> asked; printf 'hippocampus\\tits scans\\nla\\n'; }
    source completion.bash
    source completion.bash
    COMP_WORDS=(dualseg data fetch 'a b' x); COMP_CWORD=3
    _dualseg
    printf '%s\\n' "\${COMPREPLY[@]}"; cat asked; echo; complete -p dualseg`
  const said = execFileSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' }).split('\n')
  expect(said).toEqual([
    'hippocampus',
    'la',
    'complete|bash|--|data|fetch|a b|',
    'complete -o bashdefault -o default -F _dualseg dualseg',
    '',
  ])
})

it('refuses a shell that it does not know', async () => {
  expect(await runMain('completion', 'fsh')).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean') })
})
