import { cpus, hostname, totalmem } from 'node:os'
import { version } from '../../package.json'
import type { EngineCopies } from '../engines/engine-copies'
import { enginePacking } from '../engines/engine-packing'
import { readOrSetAside } from './disk/set-aside'
import { readSessions, type Session, writeSessions } from './files/provenance-file'
import type { RunPlan } from './run-plan'

/** What a process of this version says of itself. */
interface OwnSession {
  started: string
  ended?: string
  resumedAt: number
  host: string
  platform: string
  processor: string
  processors: number
  memoryGiB: number
  node: string
  trainer: string
  engine: RunPlan['engine']
  /** Whether kernels ran packed into 256-bit instructions; absent for engines without that choice. */
  packing?: 'on' | 'off'
  /** Tensors copied between the host and an engine with a memory of its own, by the steps together. */
  copies?: EngineCopies & { steps: number }
}

/** Keeps `provenance.json`, a list of sessions. No result needs it: one that is damaged is begun anew. */
export class Provenance {
  private readonly before: readonly Session[]
  private readonly session: OwnSession

  constructor(
    private readonly folder: string,
    plan: RunPlan,
    resumedAt: number,
    onNotice: (notice: string) => void,
  ) {
    this.before = readOrSetAside(() => readSessions(folder), 'no result needs it, so a new one is begun', onNotice) ?? []
    const processors = cpus()
    const packing = enginePacking()
    this.session = {
      started: new Date().toISOString(),
      resumedAt,
      host: hostname(),
      platform: `${process.platform} ${process.arch}`,
      processor: processors[0]?.model.trim() ?? 'unknown',
      processors: processors.length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.version,
      trainer: version,
      engine: plan.engine,
      ...(packing && { packing }),
    }
    this.write()
  }

  trained(steps: number, copies: EngineCopies): void {
    this.session.copies = { steps, ...copies }
    this.write()
  }

  end(): void {
    this.session.ended = new Date().toISOString()
    this.write()
  }

  private write(): void {
    writeSessions(this.folder, [...this.before, this.session])
  }
}
