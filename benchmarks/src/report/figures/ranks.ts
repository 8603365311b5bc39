import * as Plot from '@observablehq/plot'
import { mean } from 'simple-statistics'
import { caseValues } from '../../statistics/case-values'
import { midRanks } from '../../statistics/mid-ranks'
import type { Arm } from '../arm'
import type { Comparison } from '../comparison'
import { figure, type Measure } from '../measures'
import type { Verdict } from '../verdict'
import { draw } from './draw'

/**
 * Mean ranks over the cases that all methods have (1 is best; equal values share theirs), with a bar over methods of which no two are told
 * apart by Holm's p and the interval over cases: a critical-difference diagram with Wilcoxon in Nemenyi's place (Benavoli, Corani and
 * Mangili, "Should we really use post-hoc tests based on mean-ranks?", JMLR 17, 2016).
 *
 * @returns null where fewer than two methods have a case in common
 */
export function ranks({ arms }: Comparison, verdicts: readonly Verdict[], measure: Measure): string | null {
  const ranked = meanRanks(arms, measure)
  if (ranked === null) return null
  const told = (a: Arm, b: Arm) =>
    verdicts.some((one) => ((one.a === a && one.b === b) || (one.a === b && one.b === a)) && one.cases?.separable === true)
  const bars = cliques(ranked, told).map(([from, to], level) => ({
    from: ranked[from]!.rank,
    to: ranked[to]!.rank,
    level: -0.35 - 0.25 * level,
  }))
  const labels = ranked.map(({ arm, rank }, place) => ({ rank, place: place + 1, text: `${arm.name} (${figure(rank, 2)})` }))
  return draw(`Mean ranks of the methods by ${measure.title}`, {
    height: 80 + 26 * arms.length + 14 * bars.length,
    marginLeft: 30,
    marginRight: 30,
    marginTop: 44,
    marginBottom: 8,
    inset: 0,
    x: {
      domain: [0.9, arms.length + 0.1],
      ticks: arms.map((_, i) => i + 1),
      tickFormat: 'd',
      label: `mean rank by ${measure.title} (1 is best)`,
      axis: 'top',
      labelOffset: 40,
    },
    y: { axis: null, domain: [arms.length + 0.5, Math.min(0, ...bars.map(({ level }) => level)) - 0.2] },
    marks: [
      Plot.ruleX(labels, { x: 'rank', y1: 0, y2: 'place', strokeOpacity: 0.4 }),
      Plot.ruleY([0], { x1: 1, x2: arms.length }),
      Plot.dot(labels, { x: 'rank', y: 0, r: 4, fill: 'currentColor' }),
      Plot.text(labels, {
        x: 'rank',
        y: 'place',
        text: 'text',
        textAnchor: 'middle',
        stroke: 'var(--page)',
        fill: 'currentColor',
        strokeWidth: 4,
      }),
      Plot.ruleY(bars, { x1: 'from', x2: 'to', y: 'level', strokeWidth: 4, stroke: '#ff725c' }),
    ],
  })
}

/** Sorted, best first. */
function meanRanks(arms: readonly Arm[], { name, better }: Measure): { arm: Arm; rank: number }[] | null {
  const values = arms.map(({ runs }) => caseValues(runs, name))
  const shared = [...(values[0]?.keys() ?? [])].filter((id) => values.every((ofArm) => ofArm.has(id)))
  if (shared.length === 0 || arms.length < 2) return null
  const ranksOfCase = shared.map((id) => midRanks(values.map((ofArm) => (better === 'higher' ? -1 : 1) * ofArm.get(id)!)))
  return arms.map((arm, i) => ({ arm, rank: mean(ranksOfCase.map((ofCase) => ofCase[i]!)) })).sort((a, b) => a.rank - b.rank)
}

/** Longest stretches of the ranking of which no two methods are told apart, as first and last place. */
function cliques(ranked: readonly { arm: Arm }[], told: (a: Arm, b: Arm) => boolean): [number, number][] {
  const found: [number, number][] = []
  for (let from = 0; from < ranked.length; from++) {
    let to = from
    while (to + 1 < ranked.length && ranked.slice(from, to + 1).every(({ arm }) => !told(arm, ranked[to + 1]!.arm))) to++
    if (to > from && !found.some(([, end]) => end >= to)) found.push([from, to])
  }
  return found
}
