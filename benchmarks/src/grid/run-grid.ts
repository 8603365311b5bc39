import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { EngineIdentity } from '@dualseg/trainer'
import { asCalled } from '../command-line/as-called'
import { errorWords } from '../command-line/error-words'
import { EXIT, errorCode } from '../command-line/exit-codes'
import { expectRoomFor, nearestThere } from '../command-line/output-place'
import { duration } from '../command-line/progress'
import { beyondProtocol } from '../report/beyond-protocol'
import type { GridCommand } from './grid-arguments'
import { isPhantom } from './grid-dataset'
import { type GridResult, gridTable } from './grid-table'
import { listenForInterrupt } from './interrupt'
import { type Lack, lackText } from './lacking-cases'
import { lacksOfOrder } from './lacks-of-order'
import { gridDataset, locate } from './named-dataset'
import { type Crew, openCrew } from './open-crew'
import { type GridOutcome, runAll } from './run-jobs'
import { type SettledEngine, settleEngine } from './settle-engine'
import { wallSeconds } from './time-left'
import { hasSeveralCounts, requestsOf } from './work-order'

/** How a grid's result is shown; undefined where there is nothing to show. */
export type ShowGrid = (result: GridResult, json: boolean) => string | undefined

/** Plans a grid and does it: skips finished runs, resumes begun ones, goes on when one fails, and prints the table. Returns the exit code. */
export async function runGrid(command: GridCommand, show: ShowGrid = gridTable): Promise<number> {
  const { order, wanted, json } = command
  const own = await gridDataset(order.dataset)
  const { runs } = order.request
  const there = nearestThere(runs)
  // Finished runs may be read where nothing can be written, but not below a file.
  if (!statSync(there).isDirectory() || (wanted === 'runs' && there !== runs)) expectRoomFor('--runs', runs)
  const interrupt = listenForInterrupt()
  const { signal } = interrupt
  let crew: Crew | undefined
  try {
    if (wanted === 'runs') await own.fetchMissing?.({ data: order.data, from: command.from, signal })
    const dataset = await locate(order)
    const lacks = lacksOfOrder(order, dataset.folds, own)
    if (isPhantom(dataset)) console.error(asCalled(own.phantomNotice))
    const notes = [...(dataset.notes ?? [])]
    const check = isPhantom(dataset) ? undefined : own.check(dataset, order.request, { signal, note: (text) => notes.push(text) })
    const settled = await settleEngine(
      order.engine,
      { ...order.engineOptions, ...(command.threads !== undefined && { threads: command.threads }) },
      join(order.request.runs, dataset.name, order.request.profile.name),
    )
    console.error(settled.reasons.join('\n'))
    crew = await openCrew(withEngine(command, settled), isPhantom(dataset) ? 'Making the phantom' : 'Loading', check, signal)
    // Finished runs may lie where nothing can be written.
    const isWork = crew.estimate.runs.some(({ state, predictionsLeft }) => state !== 'done' || predictionsLeft)
    if (wanted === 'runs') {
      if (isWork) expectRoomFor('--runs', runs)
      const changed = remembered(settled, crew.engine.identity, isWork)
      if (changed !== undefined) console.error(changed)
    }
    for (const text of notes) console.error(text)
    const plan = planText(
      crew,
      [isPhantom(dataset) ? own.phantomTitle : own.title, ...beyondProtocol(order.request.protocol)].join(' · '),
      lacks,
      wanted !== 'table',
    )
    if (wanted === 'plan') {
      console.log(json ? JSON.stringify({ ...crew.estimate, notRun: lacks }, null, 2) : plan)
      return EXIT.done
    }
    console.error(plan)

    const { outcomes, errors, notices, time } = wanted === 'table' ? await finishedRuns(crew) : await runAll(crew, signal)
    const title = isPhantom(dataset) ? `${own.name} phantom` : own.name
    const results = requestsOf(order).map(
      (request): GridResult => ({ request, dataset: title, engine: crew!.engine, runs: crew!.estimate.runs, outcomes }),
    )
    const texts = results.flatMap((result) => show(result, json) ?? [])
    if (texts.length > 0) console.log(json && hasSeveralCounts(order) ? `[${texts.join(',\n')}]` : texts.join('\n\n'))
    for (const notice of notices) console.error(notice)
    if (time !== undefined && time.said > 0 && errors.size === 0 && !signal.aborted) console.error(timeText(time))
    for (const [index, error] of errors) {
      console.error(`${crew.estimate.runs[index]!.title} failed: ${errorWords(error)}`)
    }
    for (const lack of lacks) console.error(lackText(lack))

    const done = [...outcomes.values()].filter(({ status }) => status === 'done').length
    if (signal.aborted && done + errors.size < crew.estimate.runs.length) {
      console.error('Interrupted after a checkpoint; the same command goes on from there.')
      return interrupt.exitCode()
    }
    return done < crew.estimate.runs.length || lacks.length > 0 ? EXIT.runFailed : EXIT.done
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error
    console.error('Interrupted before any run went on; the same command begins again.')
    return interrupt.exitCode()
  } finally {
    interrupt.stopListening()
    crew?.close()
  }
}

/** @param isNeeded whether runs are still to be done, so that it matters that the engine's name cannot be kept */
function remembered(settled: SettledEngine, identity: EngineIdentity, isNeeded: boolean): string | undefined {
  try {
    return settled.remember(identity)
  } catch (error) {
    if (isNeeded || errorCode(error) !== 'DUALSEG_DISK') throw error
    return undefined
  }
}

/** Side by side, runs share the cores anew each time; alone, a begun run keeps its threads. */
function withEngine(command: GridCommand, { name, options: { threads, ...engineOptions } }: SettledEngine): GridCommand {
  const order = { ...command.order, engine: name, engineOptions }
  return { ...command, order, ...(command.jobs === 1 && threads !== undefined && { threads }) }
}

async function finishedRuns(crew: Crew): Promise<GridOutcome> {
  const result: GridOutcome = { outcomes: new Map(), errors: new Map(), notices: [] }
  for (const [index, { state, title }] of crew.estimate.runs.entries()) {
    if (state !== 'done') {
      console.error(`${title} is not finished (${state})`)
      continue
    }
    try {
      result.outcomes.set(index, await crew.run(index, { onLine: () => undefined }))
    } catch (error) {
      result.errors.set(index, error)
    }
  }
  return result
}

const STATES = { new: 'not begun', begun: 'begun', done: 'done' } as const

/** @param isMeasured false: nothing is to be done, so nothing is said of how long it takes */
function planText(
  { estimate, engine, jobs, threads, reason }: Crew,
  title: string,
  lacks: readonly Lack[],
  isMeasured: boolean,
): string {
  const lines = estimate.runs.map((run) => {
    const { title, iterations, predictionsLeft: masks, seconds } = run
    const left = !isMeasured
      ? STATES[run.state]
      : run.state !== 'done'
        ? `about ${duration(seconds)}`
        : masks
          ? `done; ${masks} masks, about ${duration(seconds)}`
          : 'done'
    return `  ${title.padEnd(40)}${String(iterations).padStart(6)} iterations  ${left}`
  })
  const beside = jobs === 1 ? '' : `, ${jobs} side by side with ${threads} threads each`
  const fewer = reason === undefined ? [] : [`No more than ${jobs} at a time: ${reason}.`]
  const total = duration(
    wallSeconds(
      estimate.runs.map(({ seconds }) => seconds),
      jobs,
    ),
  )
  const largest = Math.max(0, ...estimate.runs.map(({ stepBytes = 0 }) => stepBytes))
  const memory = largest === 0 ? [] : [`A training step takes up to ${(largest / 1e9).toFixed(1)} GB of tensors.`]
  return [
    `${title} · ${engine.line}`,
    ...lines,
    ...lacks.map((lack) => `  ${lackText(lack)}`),
    ...fewer,
    ...memory,
    `${estimate.runs.length} runs${isMeasured ? `${beside}, about ${total} (from a few measured steps of each method)` : ''}`,
  ].join('\n')
}

/** `Said 12 min, after a minute 11 min 10 s; took 11 min 2 s` */
function timeText({ said, afterMinute, took }: NonNullable<GridOutcome['time']>): string {
  const corrected = afterMinute === undefined ? '' : `, after a minute ${duration(afterMinute)}`
  return `Said ${duration(said)}${corrected}; took ${duration(took)}`
}
