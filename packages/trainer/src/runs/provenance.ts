import { cpus, hostname, totalmem } from 'node:os'
import { join } from 'node:path'
import { version } from '../../package.json'
import type { EngineCopies } from '../engines/engine-copies'

import { enginePacking } from '../engines/engine-packing'
import { readIfThere, replaceDurably } from './durable-file'
import type { RunPlan } from './run-plan'

/** One process's share of a run: everything about where and when that does not decide the result. */
interface Session {
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

/** Keeps `provenance.json`, a list of sessions. */
export class Provenance {
  private readonly path: string
  private readonly sessions: Session[]
  private readonly session: Session

  constructor(folder: string, plan: RunPlan, resumedAt: number) {
    this.path = join(folder, 'provenance.json')
    const before = readIfThere(this.path)
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
    this.sessions = [...(before === undefined ? [] : (JSON.parse(before) as { sessions: Session[] }).sessions), this.session]
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
    replaceDurably(this.path, `${JSON.stringify({ sessions: this.sessions }, null, 2)}\n`)
  }
}
