import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, parse } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { casesCsv, pairsCsv, summaryCsv } from '../src/report/csv'
import { findRuns } from '../src/report/find-runs'
import { latex } from '../src/report/latex'
import { locateLists } from '../src/report/locate-lists'
import { markdown } from '../src/report/markdown'
import { makeReport, type Report } from '../src/report/report'
import { makeRun, twentyCases } from './run-files-made'
import { runMain } from './run-main'

function temporaryFolder(): string {
  const root = mkdtempSync(join(tmpdir(), 'dualseg-report-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  return root
}

const reportOf = (root: string): Promise<Report> => makeReport(findRuns(root), locateLists)

/** Two methods, folds 0 and 1, two seeds: `gap` apart in every case, runs `unsteady`. */
function grid(
  root: string,
  { gap, unsteady = 0, folds = [0, 1], seeds = [1, 2] }: { gap: number; unsteady?: number; folds?: number[]; seeds?: number[] },
) {
  for (const fold of folds) {
    for (const seed of seeds) {
      const prefixed = (dice: Record<string, number>) =>
        Object.fromEntries(Object.entries(dice).map(([id, value]) => [`F${fold}${id}`, value]))
      const sway = unsteady * (seed === 1 ? 1 : -1)
      makeRun(root, { method: 'mt', fold, seed, dice: prefixed(twentyCases(0.7)) })
      makeRun(root, { method: 'dualnet', fold, seed, dice: prefixed(twentyCases(0.7 + gap + sway, 0.002 * (1 + fold + seed))) })
    }
  }
}

describe('what is separable', () => {
  it('is what cases and runs tell apart in the same direction, and only that is bold', async () => {
    const root = temporaryFolder()
    grid(root, { gap: 0.05 })
    const report = await reportOf(root)
    const [verdict] = report.comparisons[0]!.verdicts.dice
    expect(verdict).toMatchObject({ separable: true, better: { name: 'dualnet' }, runs: { runs: 4 } })
    expect(verdict!.cases!.adjustedP).toBeLessThan(0.001)
    const text = markdown(report)
    expect(text).toMatch(/^\| dualnet .*\*\*0\.75/m)
    expect(text).not.toMatch(/^\| mt .*\*\*/m)
    expect(text).toMatch(/mt minus dualnet: given the trained networks, −0\.05.*: dualnet is better\.$/m)
    expect(latex(report)).toContain('\\mathbf{0.75')
  })

  it('is nothing where training anew changes the sign, however sure the cases are', async () => {
    const root = temporaryFolder()
    grid(root, { gap: 0.05, unsteady: 0.08 })
    const report = await reportOf(root)
    const [verdict] = report.comparisons[0]!.verdicts.dice
    expect(verdict!.cases!.separable).toBe(true)
    expect(verdict).toMatchObject({ separable: false, better: null })
    expect(markdown(report)).toContain(': not separable.')
    expect(markdown(report)).not.toMatch(/^\| dualnet .*\*\*0/m)
    expect(latex(report)).not.toContain('mathbf')
  })

  it('is nothing with one or two runs a method, and the report says so', async () => {
    const one = temporaryFolder()
    grid(one, { gap: 0.2, folds: [0], seeds: [1] })
    const text = markdown(await reportOf(one))
    expect(text).toContain('one run each, so nothing is known about training anew: not separable')
    expect(text).toContain(
      'One set of labelled cases cannot separate methods, however many runs share it: nothing is known about other labelled cases.',
    )
    const two = temporaryFolder()
    grid(two, { gap: 0.2, folds: [0], seeds: [1, 2] })
    expect(markdown(await reportOf(two))).toContain(
      'with 2 labelled sets −0.200 ± 0.000, so nothing is known about other labelled cases: not separable',
    )
  })

  it('widens the interval over runs by the overlap of training sets: tested by really trained on', async () => {
    const root = temporaryFolder()
    const splitOf = (seed: number) => ({ labelled: [`l${seed}`, `m${seed}`], unlabelled: ['u1', 'u2', 'u3', 'u4', 'u5', 'u6'] })
    // Differences of the run means: 0.01, 0.02, 0.03, all cases alike.
    for (const [index, seed] of [1, 2, 3].entries()) {
      const split = splitOf(seed)
      makeRun(root, { method: 'supervised', seed, split: { ...split, unlabelled: [] }, dice: { A: 0.4, B: 0.5 } })
      makeRun(root, { method: 'mt', seed, split, dice: { A: 0.5, B: 0.6 } })
      const more = 0.01 * (index + 1)
      makeRun(root, { method: 'dualnet', seed, split, dice: { A: 0.5 + more, B: 0.6 + more } })
    }
    const report = await reportOf(root)
    const verdicts = report.comparisons[0]!.verdicts.dice
    const of = (a: string, b: string) => verdicts.find((one) => one.a.name === a && one.b.name === b)!.runs
    // By hand: s = 0.01, t(0.975, 2) = 4.302653. MT and DualNet train on 8 cases, supervised on its 2 labelled ones; each tests 2.
    for (const [a, difference, ratio] of [
      ['mt', -0.02, 2 / 8],
      ['supervised', -0.12, 2 / 2],
    ] as const) {
      const half = 4.302653 * 0.01 * Math.sqrt(1 / 3 + ratio)
      const runs = of(a, 'dualnet')
      expect(runs.testedPerTrained).toBe(ratio)
      expect(runs.difference).toBeCloseTo(difference, 12)
      expect(runs.interval!.low).toBeCloseTo(difference - half, 7)
      expect(runs.interval!.high).toBeCloseTo(difference + half, 7)
    }
    expect(markdown(report)).toMatch(/^- supervised minus dualnet: .* \(tested : trained 1\.00\): not separable\.$/m)
    expect(markdown(report)).toMatch(/^- mt minus dualnet: .* \(tested : trained 0\.25\): not separable\.$/m)
  })

  it('counts sets of labelled cases, and averages the runs that share one first', async () => {
    const root = temporaryFolder()
    const gaps = [0.1, 0.14, 0.2, 0.2, 0.26]
    for (const [fold, gap] of gaps.entries()) {
      // As the Left Atrium's lists: folds 1 to 4 label the same cases.
      const split = { labelled: fold === 0 ? ['l1', 'l2'] : ['m1', 'm2'] }
      const dice = (level: number) => ({ [`A${fold}`]: level, [`B${fold}`]: level + 0.1 })
      makeRun(root, { method: 'mt', fold, split, dice: dice(0.5) })
      makeRun(root, { method: 'dualnet', fold, split, dice: dice(0.5 + gap) })
    }
    const [verdict] = (await reportOf(root)).comparisons[0]!.verdicts.dice
    expect(verdict).toMatchObject({ separable: false, runs: { runs: 5, labelledSets: 2, interval: null } })
    // The mean of 0.1 and of the mean of the others, 0.2.
    expect(verdict!.runs.difference).toBeCloseTo(-0.15, 12)
  })

  it('leaves empty predictions out of differences of distances, and counts them', async () => {
    const root = temporaryFolder()
    for (const seed of [1, 2, 3]) {
      makeRun(root, { method: 'mt', seed, dice: { A: 0.5, B: 0.5, C: 0 }, empty: ['C'] })
      makeRun(root, { method: 'dualnet', seed, dice: { A: 0.6, B: 0.6, C: 0.6 } })
    }
    const { rows, verdicts } = (await reportOf(root)).comparisons[0]!
    expect(rows[0]).toMatchObject({ emptyPredictions: 3, predictions: 9, cases: 3 })
    // As the papers do: (10 + 10 + 0) / 3; without the empty one 10.
    expect(rows[0]!.measures.hd95.mean).toBeCloseTo(20 / 3, 12)
    expect(rows[0]!.measures.hd95.meanWithoutEmpty).toBeCloseTo(10, 12)
    expect(verdicts.hd95[0]!.runs.difference).toBeCloseTo(2, 12)
    expect(verdicts.hd95[0]!.cases).toMatchObject({ cases: 2, leftOut: 1 })
  })
})

describe('spreads', () => {
  it('are each of what they say', async () => {
    const root = temporaryFolder()
    // Run means by fold and seed: 0.5, 0.7 | 0.6, 0.6.
    const means = { '0 1': 0.5, '0 2': 0.7, '1 1': 0.6, '1 2': 0.6 }
    for (const [key, mean] of Object.entries(means)) {
      const [fold, seed] = key.split(' ').map(Number) as [number, number]
      makeRun(root, { fold, seed, dice: { [`F${fold}A`]: mean - 0.1, [`F${fold}B`]: mean + 0.1 } })
    }
    const { dice } = (await reportOf(root)).comparisons[0]!.rows[0]!.measures
    expect(dice.mean).toBeCloseTo(0.6, 12)
    // Cases averaged over seeds: 0.5, 0.7, 0.5, 0.7.
    expect(dice.sdCases).toBeCloseTo(Math.sqrt(0.04 / 3), 12)
    expect(dice.sdFolds).toBeCloseTo(0, 12)
    expect(dice.sdSeeds).toBeCloseTo(Math.sqrt((0.02 + 0) / 2), 12)
    expect(dice.sdRuns).toBeCloseTo(Math.sqrt(0.02 / 3), 12)
  })

  it('over folds that share labelled cases are named as too small, by the lists of the runs themselves', async () => {
    const root = temporaryFolder()
    const same = { labelled: ['l1', 'l2', 'l3'] }
    makeRun(root, { fold: 0, labelled: 3, split: { labelled: ['l3', 'm1', 'm2'] }, dice: { A: 0.5 } })
    for (const fold of [1, 2]) makeRun(root, { fold, labelled: 3, split: same, dice: { [`A${fold}`]: 0.5 } })
    const said = (await reportOf(root)).comparisons[0]!.cautions.join('\n')
    expect(said).toContain('Folds 1 and 2 share all 3 labelled cases: their runs are less independent than their number says')
    expect(said).toContain('Folds 0 and 1 and 2 share 1 of 3 labelled cases')
    const apart = temporaryFolder()
    for (const fold of [0, 1]) makeRun(apart, { fold, dice: { [`A${fold}`]: 0.5 } })
    expect((await reportOf(apart)).comparisons[0]!.cautions.join('\n')).not.toContain('share')
  })
})

describe('what is put side by side', () => {
  it('has the same conditions: other profiles, data sets and labelled counts have tables of their own', async () => {
    const root = temporaryFolder()
    makeRun(root, { dice: { A: 0.5 } })
    makeRun(root, { profile: 'quick', dice: { A: 0.5 } })
    makeRun(root, { dataset: 'phantom', dice: { A: 0.5 } })
    makeRun(root, { labelled: 8, dice: { A: 0.5 } })
    makeRun(root, { method: 'dualnet', without: ['uncertainty'], dice: { A: 0.5 } })
    const { comparisons } = await reportOf(root)
    expect(comparisons.map(({ stamp, rows }) => [stamp.split(' · fold')[0], rows.map(({ arm }) => arm.name)])).toEqual([
      ['la · profile half · protocol common · 16 labelled', ['mt', 'dualnet without uncertainty']],
      ['la · profile half · protocol common · 8 labelled', ['mt']],
      ['la · profile quick · protocol common · 16 labelled', ['mt']],
      ['phantom · profile half · protocol common · 16 labelled', ['mt']],
    ])
    expect(comparisons[3]!.cautions.join()).toContain('not patients')
    expect(comparisons[2]!.cautions.join()).toContain('differences under 0.05 Dice are noise here')
    // Tables 1 and 3 of the paper.
    expect(comparisons[0]!.rows.map(({ paper }) => paper?.dice)).toEqual([85.89, 89.28])
  })

  it('has the same augmentation and the same test, and its labelled cases chosen in one way', async () => {
    const root = temporaryFolder()
    const augment = { kind: 'strong', mirrorAxes: [0, 1, 2] }
    makeRun(root, { dice: { A: 0.5 } })
    makeRun(root, { dice: { A: 0.5 }, settings: { augment } })
    makeRun(root, { method: 'dualnet', dice: { A: 0.5 }, settings: { augment } })
    makeRun(root, { dice: { A: 0.5 }, settings: { augment, testMirror: [0, 1] } })
    makeRun(root, { dice: { A: 0.5 }, profile: 'full', settings: { testMirror: [0, 1, 2] } })
    makeRun(root, { dice: { A: 0.5 }, settings: { labelledCases: 'drawn' } })
    const { comparisons } = await reportOf(root)
    const tables = comparisons.map(({ stamp, rows, commands }) => [
      stamp.split(' · fold')[0],
      rows.length,
      /--labelled 16 --labelled-cases (.*) --engine/.exec(commands[0]!)![1],
    ])
    expect(tables.sort()).toEqual([
      ['la · profile full · protocol common · test mirrored · 16 labelled', 1, 'first --mirror'],
      ['la · profile half · protocol common · 16 labelled', 1, 'first'],
      ['la · profile half · protocol common · augment strong · 16 labelled', 2, 'first --augment strong'],
      [
        'la · profile half · protocol common · augment strong · test mirrored along x and y · 16 labelled',
        1,
        'first --augment strong --mirror',
      ],
      ['la · profile half · protocol common · labelled cases drawn · 16 labelled', 1, 'drawn'],
    ])
    const full = comparisons.find(({ stamp }) => stamp.includes('full'))!
    expect(full.cautions.join()).toContain('of runs without augmentation and mirroring')
  })

  it('names the runs that are missing, and what is not finished', async () => {
    const root = temporaryFolder()
    makeRun(root, { dice: { A: 0.5 } })
    makeRun(root, { fold: 1, dice: { B: 0.5 } })
    makeRun(root, { method: 'dualnet', dice: { A: 0.5 } })
    rmSync(join(makeRun(root, { method: 'dtc', dice: { A: 0.5 } }), 'result.json'))
    const text = markdown(await reportOf(root))
    expect(text).toContain('1 of 4 runs are missing: dualnet fold 1 seed 1.')
    expect(text).toContain('1 runs are not finished and take no part.')
  })

  it('is of one data set, rule and drawing; other runs of the same settings stand apart and say why', async () => {
    const root = temporaryFolder()
    // As when dataset.json said another organ for the second method.
    makeRun(root, { method: 'supervised', split: { rule: { foreground: [1] } }, dice: twentyCases(0.7) })
    makeRun(root, { method: 'dtc', volumes: 'other', split: { rule: { foreground: [2] } }, dice: twentyCases(0.8) })
    // As after the folds were drawn with another seed: the same case is tested twice.
    makeRun(root, {
      fold: 1,
      split: { drawings: ['another'], rule: { foreground: [1] } },
      method: 'supervised',
      dice: { CASE00: 0.5 },
    })
    const report = await reportOf(root)
    expect(report.comparisons.map(({ rows }) => rows.map(({ arm, cases, runs }) => [arm.name, runs, cases]))).toEqual([
      [['dtc', 1, 20]],
      [['supervised', 1, 20]],
      [['supervised', 1, 1]],
    ])
    expect(report.comparisons.map(({ stamp }) => stamp.split(' · ').at(-1))).toEqual(
      [1, 2, 3].map((n) => `part ${n} of 3, kept apart`),
    )
    const text = markdown(report)
    expect(text).not.toContain('Wilcoxon p')
    expect(text).toContain(
      'Kept apart from supervised fold 0 seed 1 of the same settings: files became volumes by another rule (foreground \\[2\\] here, \\[1\\] there).',
    )
    expect(text).toContain('Kept apart from supervised fold 1 seed 1 of the same settings: their folds are another drawing')
    const { code, stdout, stderr } = await runMain('compare', 'dtc', 'supervised', '--runs', root)
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toContain('dtc and supervised have no runs that may be compared')
    expect(stderr).toContain('files became volumes by another rule (foreground [2] here, [1] there)')
  })

  it('is one row only for runs of one definition, and no run twice', async () => {
    const root = temporaryFolder()
    makeRun(root, { dice: { A: 0.5 } })
    makeRun(join(root, 'longer'), { dice: { A: 0.6 }, fold: 1, iterations: 3 })
    const [comparison] = (await reportOf(root)).comparisons
    expect(comparison!.rows.map(({ arm, paper }) => [arm.name, paper?.dice])).toEqual([
      ['mt (1)', 85.89],
      ['mt (2)', 85.89],
    ])
    expect(comparison!.cautions).toContain('mt (1) and mt (2) are rows of their own: their runs differ in settings.iterations.')
    makeRun(join(root, 'copy'), { dice: { A: 0.5 } })
    await expect(reportOf(root)).rejects.toThrow(/^mt fold 0 seed 1 is there twice:\n.*\n.*\nMove one of them away/)
  })
})

describe('the writers', () => {
  it('escape what their format would take for its own', async () => {
    const root = temporaryFolder()
    makeRun(root, { method: 'my_method & <b>|100%', dice: { A: 0.5 } })
    makeRun(root, { method: '[a]*,"_b_" &lt; `c`', dice: { A: 0.5 } })
    const report = await reportOf(root)
    expect(latex(report)).toContain('    my\\_method \\& $<$b$>$\\textbar{}100\\% & $0.500$')
    expect(latex(report)).toContain('    {[}a]{*},"\\_b\\_" \\&lt; `c` & $0.500$')
    expect(markdown(report)).toContain('| my_method & &lt;b>\\|100% |')
    expect(markdown(report)).toContain('| \\[a\\]\\*,"\\_b\\_" &amp;lt; \\`c\\` |')
    expect(summaryCsv(report)).toContain('my_method & <b>|100%')
    expect(summaryCsv(report)).toContain('"[a]*,""_b_"" &lt; `c`"')
  })

  it('write every case and pair as CSV with all digits', async () => {
    const root = temporaryFolder()
    makeRun(root, { method: 'mt', dice: { A: 1 / 3 } })
    makeRun(root, { method: 'dualnet', dice: { A: 2 / 3 } })
    const report = await reportOf(root)
    expect(casesCsv(report).split('\n')[0]).toBe(
      'dataset,profile,protocol,labelled,distances,method,without,fold,seed,run,case,dice,jaccard,hd95,asd,emptyPrediction',
    )
    expect(casesCsv(report)).toMatch(/la,half,common,16,voxels,mt,,0,1,[0-9a-f]{64},A,0\.3333333333333333,/)
    expect(pairsCsv(report)).toMatch(/^la,half,common,16,voxels,dice,mt,dualnet,1,-0\.3333333333333333,/m)
  })
})

describe('bench report', () => {
  it('prints Markdown, CSV, LaTeX or JSON on stdout', async () => {
    const root = temporaryFolder()
    grid(root, { gap: 0.05 })
    for (const [format, start] of [
      ['markdown', /^# Comparison/],
      ['csv', /^dataset,/],
      ['latex', /^% needs/],
      ['json', /^\{\n {2}"format"/],
    ] as const) {
      const { code, stdout, stderr } = await runMain('report', root, '--format', format)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(start)
    }
    const { stdout } = await runMain('report', root, '--json')
    expect(JSON.parse(stdout).comparisons[0]).toMatchObject({ folds: [0, 1], seeds: [1, 2], separablyBest: { dice: 'dualnet' } })
  })

  it.each([
    ['no folder', () => join(tmpdir(), 'nowhere-at-all'), /is no folder/],
    ['no run', temporaryFolder, /holds no finished run/],
    ['config.json that is not JSON', broken('config.json', '{'), /config\.json: it is not JSON/],
    ['config.json without an identity', broken('config.json', '{}'), /config\.json: sha256/],
    ['cases.jsonl cut off', broken('cases.jsonl', '{"id":"A","dice":0.5'), /cases\.jsonl: line 1: its end is missing/],
    [
      'a case without HD95',
      broken('cases.jsonl', '{"id":"A","dice":0.5,"jaccard":0.3,"asd":1,"emptyPrediction":false}\n'),
      /line 1: hd95/,
    ],
    ['fewer cases than counted', broken('cases.jsonl', ''), /cases\.jsonl: it has 0 cases, result\.json counts 1/],
    [
      'a case whose name is a path',
      () => {
        const root = temporaryFolder()
        makeRun(root, { dice: { '../A': 0.5 } })
        return root
      },
      /not a name that a file can have/,
    ],
    [
      'a result of another run',
      () => {
        const root = temporaryFolder()
        const folder = makeRun(root, { dice: { A: 0.5 } })
        const other = makeRun(temporaryFolder(), { seed: 2, dice: { A: 0.5 } })
        copyFileSync(join(other, 'result.json'), join(folder, 'result.json'))
        return root
      },
      /result\.json: it belongs to run [0-9a-f]{64}, config\.json is of [0-9a-f]{64}/,
    ],
  ])('refuses %s, by name', async (_what, make, words) => {
    const { code, stdout, stderr } = await runMain('report', make())
    expect(stderr).toMatch(words)
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
  })

  it('refuses a folder that something else lies in, and writes over an older report', async () => {
    const root = temporaryFolder()
    makeRun(root, { dice: { A: 0.5 } })
    const out = temporaryFolder()
    writeFileSync(join(out, 'thesis.tex'), 'years of work')
    const refused = await runMain('report', root, '--html', out, '--no-volumes')
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('something else lies there') })
    expect(readFileSync(join(out, 'thesis.tex'), 'utf8')).toBe('years of work')
    const fresh = join(out, 'report')
    for (let time = 0; time < 2; time++) {
      const { code, stdout } = await runMain('report', root, '--html', fresh, '--no-volumes')
      expect({ code, stdout }).toEqual({ code: 0, stdout: `${join(fresh, 'index.html')}\n` })
    }
    expect(parse(fresh).base).toBe('report')
  })
})

function broken(file: string, content: string): () => string {
  return () => {
    const root = temporaryFolder()
    writeFileSync(join(makeRun(root, { dice: { A: 0.5 } }), file), content)
    return root
  }
}
