import Table from 'cli-table3'
import { ratio, type SpeedResult } from './collect'
import { kernelTable } from './kernel-table'
import { PASSES } from './request'
import type { SpeedFailure } from './run-interleaved'

/** Where, when and with what it was measured. */
export interface SpeedStamp {
  readonly date: string
  readonly processor: string
  readonly processors: number
  readonly memoryGiB: number
  readonly platform: string
  /** Processors that other programs kept busy before the first measurement. */
  readonly busy: number
  readonly threads: number
  readonly repeats: number
  /** Size and origin of the volume for sliding windows. */
  readonly volume?: string
  readonly subjects: readonly {
    readonly name: string
    readonly role: 'engine' | 'peer'
    readonly version: string
    readonly threads: number
    /** Peak of a process that only loads the library. */
    readonly restBytes: number
  }[]
}

const TITLES = {
  convolution: 'Convolutions, batch 4: GFLOP/s counted as direct convolution, forward / gradient of the input / of the filter',
  step: 'Training step, batch 4: seconds and peak memory',
  kernels:
    'Kernels of a training step, batch 4, one thread, by processor time: multiply-adds of products (sums of transforms not counted), bytes of the tensors taken and given, and how near that comes to a loop of multiply-adds on registers and to a copy of 128 MB by the same build; what a cache holds may pass the limit of memory',
  inference: 'Sliding window over one volume: seconds and peak memory',
  harness:
    'Training step in a run of `bench la` (batches, log, progress, a checkpoint a minute): seconds, what it takes bare in the same process, and how much the run adds; the mean of what its loader’s thread needs for a crop',
} as const

/** Everything that was measured, as text. */
export function speedReport(stamp: SpeedStamp, results: readonly SpeedResult[], failures: readonly SpeedFailure[]): string {
  const kinds = Object.keys(TITLES) as (keyof typeof TITLES)[]
  const parts = [stampText(stamp)]
  for (const kind of kinds) {
    const own = results.filter((result) => result.kind === kind)
    if (kind === 'kernels' && own.length > 0) parts.push(TITLES[kind], ...own.map(kernelTable))
    else if (own.length > 0) parts.push(`${TITLES[kind]}\n${kindTable(stamp, own)}`)
  }
  if (stamp.subjects.some(({ role }) => role === 'peer')) {
    parts.push('Ratios are ours to the peer: speed above 1 and memory below 1 are in our favour. Peaks are of whole processes.')
  }
  if (results.some(isUnsteady)) parts.push(UNSTEADY_NOTICE)
  parts.push(
    ...failures.map(({ measurement, subject, message }) => `NOT MEASURED ${measurement}, ${subject}: ${message.split('\n')[0]}`),
  )
  return parts.join('\n\n')
}

function stampText(stamp: SpeedStamp): string {
  const lines = [
    `${stamp.date} · ${stamp.processor}, ${stamp.processors} processors, ${stamp.memoryGiB} GiB · ${stamp.platform} · ` +
      `${stamp.threads} ${stamp.threads === 1 ? 'thread' : 'threads'} · median of ${stamp.repeats} processes, taking turns`,
    ...stamp.subjects.map(({ name, version, restBytes }) => `  ${name}: ${version} · ${megabytes(restBytes)} at rest`),
  ]
  if (stamp.volume !== undefined) lines.push(`  sliding window over ${stamp.volume}, reduced as the profile says`)
  if (isBusy(stamp)) lines.push(busyNotice(stamp))
  return lines.join('\n')
}

/** Whether so much else ran on the machine that the figures will not come out the same again. */
export function isBusy({ busy, processors }: Pick<SpeedStamp, 'busy' | 'processors'>): boolean {
  return busy > processors / 4
}

export function busyNotice({ busy, processors }: Pick<SpeedStamp, 'busy' | 'processors'>): string {
  return `Other programs kept ${busy.toFixed(1)} of ${processors} processors busy before this began: do not trust these figures.`
}

/** Slowest over fastest process of a subject; on an idle machine it stays well below this. */
const STEADY = 1.25
const UNSTEADY_NOTICE = `~ marks figures whose processes differ by more than ${Math.round((STEADY - 1) * 100)} %: repeat them on an idle machine.`

function isUnsteady({ range: [low, high] }: SpeedResult): boolean {
  return high > STEADY * low
}

function kindTable({ subjects }: SpeedStamp, results: readonly SpeedResult[]): string {
  const engines = subjects.filter(({ role }) => role === 'engine')
  const peers = subjects.filter(({ role }) => role === 'peer')
  const pairs = engines.flatMap((engine) => peers.map((peer) => [engine.name, peer.name] as const))
  const head = ['size', 'what', ...subjects.map(({ name }) => name), ...pairs.map(([engine, peer]) => `${engine} to\n${peer}`)]
  const table = new Table({
    head,
    style: { head: [], border: [] },
    chars: WITHOUT_LINES,
    colAligns: head.map((_, column) => (column < 2 ? 'left' : 'right')),
  })
  for (const bySubject of rowsOf(results).values()) {
    const [first] = [...bySubject.values()].flat() as [SpeedResult]
    const of = (name: string) => bySubject.get(name) ?? []
    table.push([
      first.size,
      first.item,
      ...subjects.map(({ name }) => cell(of(name))),
      ...pairs.map(([engine, peer]) => ratioCell(of(engine), of(peer))),
    ])
  }
  return table.toString()
}

/** No rules between rows. */
const WITHOUT_LINES = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' }

/** Results by what they measure, in the order in which they came, then by subject: one, or one for each pass of a convolution. */
function rowsOf(results: readonly SpeedResult[]): Map<string, Map<string, SpeedResult[]>> {
  const rows = new Map<string, Map<string, SpeedResult[]>>()
  for (const result of results) {
    const key = JSON.stringify([result.size, result.item])
    const row = rows.get(key) ?? new Map<string, SpeedResult[]>()
    rows.set(key, row.set(result.subject, [...(row.get(result.subject) ?? []), result]))
  }
  return rows
}

function cell(results: readonly SpeedResult[]): string {
  const [first] = results
  if (first === undefined) return '-'
  if (first.kind === 'convolution')
    return overPasses(results, (one) => `${mark(one)}${one.gflops!.toFixed(one.gflops! < 10 ? 1 : 0)}`)
  if (first.bareSeconds !== undefined) {
    const added = 100 * (first.seconds / first.bareSeconds - 1)
    const crop = first.cropSeconds === undefined ? '' : `, ${(1000 * first.cropSeconds).toFixed(1)} ms a crop`
    return `${mark(first)}${seconds(first.seconds)}, bare ${seconds(first.bareSeconds)}\n${added.toFixed(1)} % added${crop}`
  }
  const [low, high] = first.range
  const spread = first.processes > 1 ? ` (${seconds(low)}-${seconds(high)})` : ''
  return `${mark(first)}${seconds(first.seconds)}${spread}\n${megabytes(first.peakBytes)}`
}

function mark(result: SpeedResult): string {
  return isUnsteady(result) ? '~' : ''
}

function ratioCell(ours: readonly SpeedResult[], peers: readonly SpeedResult[]): string {
  const [first] = ours
  if (first === undefined || peers[0] === undefined) return '-'
  if (first.kind === 'convolution') {
    return overPasses(ours, (one) => `${ratio(one, peers.find(({ pass }) => pass === one.pass)!).speed.toFixed(2)}x`)
  }
  const { speed, memory } = ratio(first, peers[0])
  return `speed ${speed.toFixed(2)}x\nmemory ${memory.toFixed(2)}x`
}

/** `forward / grad input / grad filter`. */
function overPasses(results: readonly SpeedResult[], text: (result: SpeedResult) => string): string {
  return PASSES.map((pass) => {
    const result = results.find((one) => one.pass === pass)
    return result === undefined ? '-' : text(result)
  }).join(' / ')
}

function seconds(value: number): string {
  return value < 0.1 ? value.toFixed(4) : value < 10 ? value.toFixed(3) : value.toFixed(1)
}

function megabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(2)} GB`
}
