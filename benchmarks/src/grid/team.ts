import type { RunHooks, RunOutcome } from '@dualseg/trainer'
import { openRemoteWorkshop, type RemoteWorkshop } from './remote-workshop'
import type { WorkOrder } from './work-order'

/** Processes that do runs side by side, each one run at a time. One that dies takes its run with it and no other. */
export class Team {
  private readonly idle: RemoteWorkshop[] = []
  private readonly all = new Set<RemoteWorkshop>()

  /** @param order with the engine that the first one opened, not `auto`: all runs of a grid have one */
  constructor(
    private readonly order: WorkOrder,
    first: RemoteWorkshop,
  ) {
    this.idle.push(first)
    this.all.add(first)
  }

  /** Does a run on a process that has none; the caller sees to it that there are no more than wanted. */
  async run(
    index: number,
    hooks: Pick<RunHooks, 'onProgress' | 'onNotice' | 'signal'> & { onLine(line: string): void },
  ): Promise<RunOutcome> {
    const workshop = this.idle.pop() ?? (await this.another(hooks))
    try {
      return await workshop.run(index, hooks)
    } finally {
      if (workshop.isGone) this.all.delete(workshop)
      else this.idle.push(workshop)
    }
  }

  close(): void {
    for (const workshop of this.all) workshop.close()
  }

  private async another(hooks: { onLine(line: string): void; signal?: AbortSignal | undefined }): Promise<RemoteWorkshop> {
    hooks.onLine('starting a process for it')
    const workshop = await openRemoteWorkshop(this.order)
    this.all.add(workshop)
    await workshop.load({ onLine: hooks.onLine, ...(hooks.signal && { signal: hooks.signal }) })
    return workshop
  }
}
