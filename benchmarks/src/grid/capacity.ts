/** What runs side by side need and what there is. */
export interface Capacity {
  /** `--jobs`. */
  readonly asked: number
  readonly runsLeft: number
  readonly cores: number
  /** `--threads`, of one run. */
  readonly threads?: number
  /** Bytes that one run needs, measured; and bytes for all of them. Absent: not measured yet. */
  readonly memory?: { readonly perRun: number; readonly total: number }
}

export interface Division {
  readonly jobs: number
  /** Engine threads of each. */
  readonly threads: number
  /** Why there are fewer than asked for. */
  readonly reason?: string
}

/** Room that is left to the rest of the machine. */
const SHARE = 0.9

/** How many runs go side by side, and with how many threads each: never more than cores and memory hold. */
export function divide({ asked, runsLeft, cores, threads, memory }: Capacity): Division {
  const byCores = Math.max(1, Math.floor(cores / (threads ?? 1)))
  const byMemory = memory === undefined ? asked : Math.max(1, Math.floor((SHARE * memory.total) / memory.perRun))
  const jobs = Math.max(1, Math.min(asked, byCores, byMemory, runsLeft))
  const each = threads ?? Math.max(1, Math.floor(cores / jobs))
  if (jobs === asked || jobs === runsLeft) return { jobs, threads: each }
  const reason =
    byMemory < byCores
      ? `a run needs ${gibibytes(memory!.perRun)} of the ${gibibytes(memory!.total)} that are free`
      : `${cores} cores, ${threads ?? 1} for each`
  return { jobs, threads: each, reason }
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`
}
