import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type Definition, evaluateMask } from '../src/index-node.js'
import { masksOf, type PeerCase, peerCases } from './peer-cases.js'

// What medpy, MONAI and surface-distance themselves say. Figures that they gave are tracked, so that every clone compares; where
// DUALSEG_PYTHON names a Python that has the three, they are asked again, about other masks too. To record the tracked figures anew:
// DUALSEG_PYTHON=python3 DUALSEG_RECORD=1 pnpm exec vitest run --project metrics peers

type Figures = Record<Definition, Record<string, number>>
interface Recorded {
  versions: Record<Definition, string>
  cases: (PeerCase & { figures: Figures })[]
}

const recordPath = fileURLToPath(new URL('fixtures/peer-figures.json', import.meta.url))
const python = process.env.DUALSEG_PYTHON

/** MONAI computes in single precision. */
const TOLERANCE: Record<Definition, number> = { medpy: 1e-12, monai: 1e-6, deepmind: 1e-12 }

function ask(cases: PeerCase[]): Recorded {
  const script = fileURLToPath(new URL('peers.py', import.meta.url))
  const answer = execFileSync(python!, [script], { input: JSON.stringify({ cases }), encoding: 'utf8', maxBuffer: 2 ** 28 })
  const { versions, figures } = JSON.parse(answer) as { versions: Recorded['versions']; figures: Figures[] }
  return { versions, cases: cases.map((one, k) => ({ ...one, figures: figures[k]! })) }
}

async function compare({ cases }: Recorded): Promise<void> {
  for (const [index, { figures, ...one }] of cases.entries()) {
    const { spacing, tolerance } = one
    for (const definition of ['medpy', 'monai', 'deepmind'] as const) {
      const ours = await evaluateMask(...masksOf(one), { empty: 'zero', definition, spacing, tolerance })
      for (const [measure, wanted] of Object.entries(figures[definition])) {
        const got = ours[measure as keyof typeof ours] as number
        const off = Math.abs(got - wanted) / Math.max(1, Math.abs(wanted))
        expect(off, `case ${index}, ${definition} ${measure}: ${got}, they ${wanted}`).toBeLessThanOrEqual(TOLERANCE[definition])
      }
    }
  }
}

describe('medpy, MONAI and surface-distance', () => {
  it.runIf(python && process.env.DUALSEG_RECORD)('are asked for the tracked figures', () => {
    const { versions, cases } = ask(peerCases(40, 20271))
    const lines = cases.map((one) => JSON.stringify(one)).join(',\n')
    writeFileSync(recordPath, `{"versions":${JSON.stringify(versions)},"cases":[\n${lines}\n]}\n`)
  })

  it('gave the figures that we give', async () => {
    const recorded = JSON.parse(readFileSync(recordPath, 'utf8')) as Recorded
    expect(recorded.cases).toHaveLength(40)
    await compare(recorded)
  })

  it.runIf(python)(
    'give them for other masks too',
    async () => {
      await compare(ask(peerCases(400, 20272)))
    },
    300_000,
  )
})
