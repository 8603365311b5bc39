import { workOff } from './progress'

/** Shows one thing being done, and gives its result. Throws what it threw. */
export async function attend<T>(title: string, run: (line: (text: string) => void) => Promise<T>): Promise<T> {
  let result: T
  const job = {
    title,
    run: async (line: (text: string) => void) => {
      result = await run(line)
      return undefined
    },
  }
  for (const error of (await workOff([job], { stopOnError: true })).values()) throw error
  return result!
}
