import { vi } from 'vitest'
import { main } from '../src/main'

export interface MainOutcome {
  code: number
  stdout: string
  stderr: string
}

/** One command line in this process, with what it printed. */
export async function runMain(...args: string[]): Promise<MainOutcome> {
  const stdout: string[] = []
  const stderr: string[] = []
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((...words) => void stdout.push(`${words.join(' ')}\n`)),
    vi.spyOn(console, 'error').mockImplementation((...words) => void stderr.push(`${words.join(' ')}\n`)),
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => stdout.push(String(text)) > 0),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => stderr.push(String(text)) > 0),
  ]
  try {
    return { code: await main(args), stdout: stdout.join(''), stderr: stderr.join('') }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}
