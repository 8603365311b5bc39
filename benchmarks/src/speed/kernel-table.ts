import Table from 'cli-table3'
import type { SpeedResult } from './collect'
import type { KernelFigures } from './request'

/** Kernels with less of a step than this are one row. */
const LEAST_SHARE = 0.005

const GIGA = 1e9

/** What every kernel of a step takes, and how near it comes to what the same build does at most on this machine. */
export function kernelTable({ size, item, subject, seconds, kernels }: SpeedResult): string {
  const { limits, rows } = kernels!
  const head = ['kernel', 'calls', 'ms', 'share', 'G multiply-\nadds', 'GB', 'of multiply-\nadd limit', 'of memory\nlimit']
  const table = new Table({
    head,
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
  })
  const line = ({ name, calls, seconds: own, multiplyAdds, bytes }: KernelFigures) => [
    name,
    calls.toFixed(0),
    (1000 * own).toFixed(1),
    percent(own / seconds),
    multiplyAdds > 0 ? (multiplyAdds / GIGA).toFixed(2) : '',
    (bytes / GIGA).toFixed(2),
    multiplyAdds > 0 ? percent(multiplyAdds / limits.multiplyAddsPerSecond / own) : '',
    percent(bytes / limits.bytesPerSecond / own),
  ]
  const sum = (name: string, some: readonly KernelFigures[]): KernelFigures => ({
    name,
    ...some.reduce(
      (total, one) => ({
        calls: total.calls + one.calls,
        seconds: total.seconds + one.seconds,
        multiplyAdds: total.multiplyAdds + one.multiplyAdds,
        bytes: total.bytes + one.bytes,
      }),
      { calls: 0, seconds: 0, multiplyAdds: 0, bytes: 0 },
    ),
  })
  const isLarge = (row: KernelFigures) => row.seconds >= LEAST_SHARE * seconds
  const small = rows.filter((row) => !isLarge(row))
  const all = sum('all kernels', rows)
  for (const row of rows.filter(isLarge)) table.push(line(row))
  if (small.length > 0) table.push(line(sum(`${small.length} others`, small)))
  table.push(line(all))
  return [
    `${size} ${item}, ${subject}: ${seconds.toFixed(3)} s a step, ${(1000 * (seconds - all.seconds)).toFixed(0)} ms of them outside kernels; ` +
      `at most ${(limits.multiplyAddsPerSecond / GIGA).toFixed(1)} G multiply-adds and ${(limits.bytesPerSecond / GIGA).toFixed(1)} GB a second`,
    table.toString(),
  ].join('\n')
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`
}
