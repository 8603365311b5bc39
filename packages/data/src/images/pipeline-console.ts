/** How the runtime of itk-wasm begins what it prints before it throws: the first goes to stdout, where a command's JSON goes. */
const PRINTED = ['Exception while running pipeline:', 'stdout:', 'stderr:', 'exception:', 'Build module in Debug mode']

let running = 0
let restore: (() => void) | undefined

/** Runs a pipeline whose runtime prints nothing; what others print meanwhile passes. */
export async function withoutPipelineConsole<T>(run: () => Promise<T>): Promise<T> {
  if (running++ === 0) restore = silence()
  try {
    return await run()
  } finally {
    if (--running === 0) restore?.()
  }
}

function silence(): () => void {
  const { log, error } = console
  const passing =
    (print: typeof log) =>
    (...words: unknown[]) => {
      if (!PRINTED.some((begin) => String(words[0]).startsWith(begin))) print(...words)
    }
  console.log = passing(log)
  console.error = passing(error)
  return () => Object.assign(console, { log, error })
}
