// One process of the lock test: takes the lock again and again, and dies with it in its hand every few times.
// node lock-child.mjs <folder> <rounds> <seed>
import { closeSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { random } from '@dualseg/kernels/random'
import { lockRun } from '../dist/index.js'

const [folder, rounds, seed] = process.argv.slice(2)
const stream = random(Number(seed), 'lock', 0, 0)
const inside = join(folder, '..', 'inside')
for (let round = 0; round < Number(rounds); round++) {
  let lock
  try {
    lock = lockRun(folder)
  } catch (error) {
    if (error.code !== 'DUALSEG_LOCKED') throw error
    await setTimeout(stream.integer(0, 3))
    continue
  }
  // Fails if another process is inside.
  closeSync(openSync(inside, 'wx'))
  await setTimeout(stream.integer(0, 3))
  rmSync(inside)
  console.log('held')
  if (stream.uniform() < 0.1) process.kill(process.pid, 'SIGKILL')
  lock.release()
}
process.exit(0)
