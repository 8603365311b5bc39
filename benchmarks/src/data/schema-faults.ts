import type { z } from 'zod'

/** What a file's schema found, a line each: the place in the file, and what is wrong there. */
export function schemaFaults({ issues }: z.ZodError): string[] {
  return issues.map(({ path, message }) => {
    const missing = /expected (\w+), received undefined$/.exec(message)
    return `${path.join('.') || 'the whole'}: ${missing ? `is missing, expected ${missing[1]}` : message}`
  })
}
