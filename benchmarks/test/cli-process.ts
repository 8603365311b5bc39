import { execa, type ResultPromise } from 'execa'

export interface CliOutcome {
  code: number | undefined
  signal: string | undefined
  stdout: string
  stderr: string
}

/** What can be seen of a process from outside. */
export interface Sight {
  /** When it was started, as `Date.now()`. */
  readonly began: number
  /** What it has written to stderr so far. */
  readonly stderr: string
}

/** How a test meddles with a process; called again and again from its start to its end. */
export type Meddle = (child: ResultPromise, sight: Sight) => void

const WATCH_MS = 2

/** The built program in a process of its own. */
export async function runCli(
  cli: string,
  args: readonly string[],
  meddle?: Meddle,
  environment: Readonly<Record<string, string>> = {},
): Promise<CliOutcome> {
  const began = Date.now()
  const child = execa(process.execPath, ['--enable-source-maps', cli, ...args], {
    reject: false,
    // Nothing of the surroundings decides what the tests see.
    env: {
      DUALSEG_DATA: '',
      NO_COLOR: undefined,
      FORCE_COLOR: undefined,
      CI: undefined,
      TEST: undefined,
      NODE_OPTIONS: undefined,
      ...environment,
    },
  })
  let heard = ''
  child.stderr.on('data', (text) => {
    heard += text
  })
  const watch = meddle && setInterval(() => meddle(child, { began, stderr: heard }), WATCH_MS)
  try {
    const { exitCode, signal, stdout, stderr } = await child
    return { code: exitCode, signal, stdout, stderr }
  } finally {
    clearInterval(watch)
  }
}

/** Sends a signal as soon as `when` holds, once. */
export function once(signal: NodeJS.Signals, when: (sight: Sight) => boolean): Meddle {
  let sent = false
  return (child, sight) => {
    if (sent || !when(sight)) return
    sent = true
    child.kill(signal)
  }
}
