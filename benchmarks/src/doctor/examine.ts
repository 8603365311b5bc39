import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import { dirname, resolve } from 'node:path'
import { verifyLa } from '@dualseg/data/node'
import type { EngineReport } from '@dualseg/kernels'
import { type AutoOptions, ENGINES, type EngineName, measureEngine, optionsFor } from '@dualseg/trainer'
import { errorWords } from '../command-line/error-words'
import { locateLa } from '../data/locate-la'
import { PROFILES } from '../grid/profiles'
import { estimateLa, type LaEstimate } from './estimate-la'

export interface Machine {
  readonly node: string
  readonly platform: string
  readonly processor: string
  /** That this process may use. */
  readonly cores: number
  readonly memoryBytes: number
  readonly freeMemoryBytes: number
}

export function examineMachine(): Machine {
  // A container's limit, where there is one below what the machine has.
  const limit = process.constrainedMemory()
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem(),
    freeMemoryBytes: freemem(),
  }
}

/** What an engine says of itself, and what it does in a process of its own. */
export interface ExaminedEngine extends EngineReport {
  readonly stepSeconds?: number
  /** Found, but it does no step: why. */
  readonly failed?: string
  readonly estimates: readonly LaEstimate[]
}

/** What `bench` asks for where nothing else is said. */
const AS_BENCH: AutoOptions = { wasm: { packedSimd: true } }

/** Plain JavaScript would take minutes for the step. */
const NOT_MEASURED: readonly EngineName[] = ['cpu']

export async function examineEngine(name: EngineName, measured: boolean): Promise<ExaminedEngine> {
  const report = await ENGINES[name].probe()
  if (!report.available || !measured || NOT_MEASURED.includes(name)) return { ...report, estimates: [] }
  const answer = await measureEngine(name, optionsFor(name, AS_BENCH))
  if ('failed' in answer) return { ...report, failed: answer.failed, estimates: [] }
  const { identity: _, ...opened } = answer.engine
  const estimates = Object.values(PROFILES).flatMap((profile) => estimateLa(answer.seconds, profile))
  return { ...opened, stepSeconds: answer.seconds, estimates }
}

export interface ExaminedData {
  readonly name: 'la'
  /** `verified`: all there, with right checksums. */
  readonly state: 'verified' | 'damaged' | 'absent'
  readonly root?: string
  readonly cases: number
  /** What is wrong, or what is used in its place. */
  readonly said?: string
}

/** Looks for the Left Atrium and tests every volume. */
export async function examineLa(data: string | undefined, onProgress: (line: string) => void): Promise<ExaminedData> {
  try {
    const { source } = await locateLa(data)
    if (source.kind !== 'la') {
      const said = '`bench la` runs on the built-in phantom; datasets/la/README.md says how to get the volumes'
      return { name: 'la', state: 'absent', cases: 0, said }
    }
    try {
      const report = ({ done, total }: { done: number; total: number }) => onProgress(`${done}/${total}`)
      const verified = await verifyLa(source.root, { sha256: source.sha256!, onProgress: report })
      return { name: 'la', state: 'verified', root: source.root, cases: verified.length }
    } catch (error) {
      return { name: 'la', state: 'damaged', root: source.root, cases: 0, said: errorWords(error) }
    }
  } catch (error) {
    return { name: 'la', state: 'damaged', cases: 0, said: errorWords(error) }
  }
}

export interface Disk {
  readonly folder: string
  readonly freeBytes: number
}

/** Free space where runs are written; of the nearest folder above that is there. */
export async function examineDisk(runs: string): Promise<Disk> {
  let folder = resolve(runs)
  while (!existsSync(folder)) folder = dirname(folder)
  const { bavail, bsize } = await statfs(folder)
  return { folder, freeBytes: bavail * bsize }
}
