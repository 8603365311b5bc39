import { cpus } from 'node:os'
import { setTimeout } from 'node:timers/promises'

const LOOK_MS = 1000

/** How many processors other programs keep busy, counted for a second: the load average still remembers what ended a minute ago. */
export async function busyProcessors(): Promise<number> {
  const before = processorTimes()
  await setTimeout(LOOK_MS)
  const after = processorTimes()
  return (cpus().length * (after.busy - before.busy)) / Math.max(1, after.all - before.all)
}

/** Milliseconds since the start of the machine, over all processors. */
function processorTimes(): { all: number; busy: number } {
  let all = 0
  let idle = 0
  for (const { times } of cpus()) {
    all += times.user + times.nice + times.sys + times.irq + times.idle
    idle += times.idle
  }
  return { all, busy: all - idle }
}
