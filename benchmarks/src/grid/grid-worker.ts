import { createBirpc } from 'birpc'
import { dieWithParent } from './watch-parent'
import { answer, type ForemanFunctions, type WorkerFunctions } from './wire'
import { openWorkshop, type Workshop } from './workshop'

// A process that does runs for `bench la --jobs`, one after another, as its parent asks.

// A terminal's Ctrl-C reaches every process of the command; the parent alone decides what it means.
process.on('SIGINT', () => undefined).on('SIGTERM', () => undefined)
dieWithParent()

const stopped = new AbortController()
const { signal } = stopped
let workshop: Workshop | undefined

const functions: WorkerFunctions = {
  open: (order) =>
    answer(async () => {
      workshop = await openWorkshop(order)
      return workshop.engine
    }, signal),
  load: () =>
    answer(async () => {
      await workshop!.load({ signal, onLine: (line) => void foreman.onLine.asEvent(line) })
      return undefined
    }, signal),
  estimate: (measured) =>
    answer(
      async () => ({
        estimate: await workshop!.estimate({ measured, signal }),
        peakBytes: process.resourceUsage().maxRSS * 1024,
      }),
      signal,
    ),
  run: (index) =>
    answer(
      () =>
        workshop!.run(index, {
          signal,
          onProgress: (progress) => void foreman.onProgress.asEvent(progress),
          onNotice: (notice) => void foreman.onNotice.asEvent(notice),
        }),
      signal,
    ),
  stop: () => stopped.abort(),
}

const foreman = createBirpc<ForemanFunctions, WorkerFunctions>(functions, {
  post: (message) => void process.send!(message),
  on: (listener) => void process.on('message', listener),
  timeout: -1,
})
