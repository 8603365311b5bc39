import { MEASURED_STEP } from '@dualseg/trainer'
import { duration } from '../command-line/progress'
import type { Disk, ExaminedData, ExaminedEngine, Machine } from './examine'
import { fasterNode } from './fastest-node'

export interface Findings {
  readonly machine: Machine
  readonly disk: Disk
  readonly data: readonly ExaminedData[]
  readonly engines: readonly ExaminedEngine[]
}

const GB = 1e9

/** The findings for people. */
export function doctorText({ machine, disk, data, engines }: Findings): string {
  const { node, platform, processor, cores, memoryBytes, freeMemoryBytes } = machine
  const { patch, batch } = MEASURED_STEP
  const faster = fasterNode(node, platform)
  return [
    line('Node', `${node}, ${platform}`),
    ...(faster === undefined ? [] : [line('', faster)]),
    line('Processor', `${processor}, ${cores} ${cores === 1 ? 'core' : 'cores'}`),
    line('Memory', `${(memoryBytes / GB).toFixed(1)} GB, ${(freeMemoryBytes / GB).toFixed(1)} GB free`),
    line('Disk', `${(disk.freeBytes / GB).toFixed(1)} GB free in ${disk.folder}`),
    ...data.map(dataLine),
    '',
    'Engines',
    ...engines.flatMap(engineLines),
    '',
    `A step: V-Net, 16 filters, ${batch} patches of ${patch.join('x')}. One run of \`bench la\`, one fold, estimated from it by operations;`,
    '`bench la --dry-run` measures the methods themselves.',
  ].join('\n')
}

function line(name: string, text: string): string {
  return `${name.padEnd(12)}${text}`
}

function dataLine({ name, state, root, cases, said }: ExaminedData): string {
  const title = name.toUpperCase()
  if (state === 'verified') return line(title, `${cases} volumes in ${root}: present, checksums, shapes and labels right`)
  if (state === 'absent') return line(title, `not here: ${said}`)
  return line(title, `${root ? `${root} is not as it should be: ` : ''}${said}`)
}

function engineLines(engine: ExaminedEngine): string[] {
  const { name, available, version, device, location, precision, numerics, notes, missing, failed, stepSeconds, estimates } =
    engine
  if (!available) return [`  ${line(name, `not here: ${missing?.what}; ${missing?.howToGet}`)}`]
  const said = [version, device, ...(precision ? [precision] : []), ...(numerics ? [`${numerics} numerics`] : []), ...notes]
  const lines = [`  ${line(name, said.join(' · '))}`]
  if (location) lines.push(`  ${line('', location)}`)
  if (failed) lines.push(`  ${line('', `FAILED: ${failed}`)}`)
  if (stepSeconds !== undefined) lines.push(`  ${line('', `${stepSeconds.toFixed(2)} s a step`)}`)
  for (const { profile, method, iterations, seconds } of estimates)
    lines.push(
      `  ${line('', `${profile.padEnd(6)}${method.padEnd(12)}${String(iterations).padStart(5)} iterations, about ${duration(seconds)}`)}`,
    )
  return lines
}
