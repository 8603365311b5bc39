import { readFileSync } from 'node:fs'

/**
 * The most memory that this process ever had resident, in bytes.
 *
 * Linux's own high-water mark comes first: what `getrusage` tells survives exec, so that a small process starts with its parent's peak.
 */
export function peakMemoryBytes(): number {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    if (kibibytes !== undefined) return Number(kibibytes) * 1024
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024
}
