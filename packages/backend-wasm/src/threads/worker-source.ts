import * as block from './control-block'

/**
 * What a worker runs, as text: it starts from TypeScript sources, from any bundle and in a browser alike, with no file of its own
 * to be found. Plain JavaScript that knows node:worker_threads and the web's Worker.
 *
 * It never returns to its event loop: it looks for a job, spins for a short while, then sleeps on the ticket.
 */
export const WORKER_SOURCE = `'use strict'
const isNode = typeof process === 'object' && !!process.versions && !!process.versions.node
function work({ module, memory, controlByte, thread, spinMs }) {
  const exported = new WebAssembly.Instance(module, { env: { memory } }).exports
  const functions = Object.keys(exported).filter((name) => typeof exported[name] === 'function').sort().map((name) => exported[name])
  const control = new Int32Array(memory.buffer, controlByte, ${block.CONTROL_BYTES / 4})
  const values = new Float64Array(memory.buffer, controlByte + ${block.ARGUMENTS_BYTE}, ${block.MAXIMUM_ARGUMENTS})
  const mask = ${block.MAXIMUM_SHARES}
  const now = () => performance.now()
  for (;;) {
    const ticket = Atomics.load(control, ${block.TICKET})
    if (ticket === ${block.STOP}) return
    const taken = ticket & mask
    const shares = (ticket >>> ${block.SHARE_BITS}) & mask
    if (taken < shares) {
      const f = functions[control[${block.FUNCTION}]]
      const args = Array.from(values.subarray(0, control[${block.ARGUMENT_COUNT}]))
      const tasks = control[${block.TASKS}]
      const scratch = (control[${block.SCRATCH}] >>> 0) + thread * control[${block.SCRATCH_STRIDE}]
      if (Atomics.compareExchange(control, ${block.TICKET}, ticket, ticket + 1) !== ticket) continue
      try {
        f(...args, Math.floor((tasks * taken) / shares), Math.floor((tasks * (taken + 1)) / shares), thread, scratch)
      } catch {
        Atomics.store(control, ${block.FAILED}, 1)
      }
      Atomics.add(control, ${block.DONE}, 1)
      if (Atomics.load(control, ${block.WAITING}) === 1) Atomics.notify(control, ${block.DONE})
      continue
    }
    const until = now() + spinMs
    let changed = false
    do {
      for (let i = 0; i < 64 && !changed; i++) changed = Atomics.load(control, ${block.TICKET}) !== ticket
    } while (!changed && now() < until)
    if (changed) continue
    Atomics.add(control, ${block.SLEEPERS}, 1)
    Atomics.wait(control, ${block.TICKET}, ticket)
    Atomics.sub(control, ${block.SLEEPERS}, 1)
  }
}
if (isNode) {
  const { workerData, parentPort } = require('node:worker_threads')
  parentPort.postMessage('ready')
  work(workerData)
} else {
  self.onmessage = ({ data }) => {
    self.postMessage('ready')
    work(data)
    self.close()
  }
}
`
