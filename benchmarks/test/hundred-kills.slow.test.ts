import { join } from 'node:path'
import { random } from '@dualseg/kernels/random'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { gridBytes, gridTools, killAfter, RUNS } from './grid-tools'
import { type OwnProject, ownProject } from './own-project'

const DEATHS = 100

let project: OwnProject
beforeAll(async () => {
  project = await ownProject()
})
afterAll(() => project.remove())

it('a grid that is killed a hundred times at random moments has the bytes of one that nothing disturbed', async () => {
  // Long enough that most deaths fall into training, testing and checkpoints.
  const tools = gridTools(project, 40)
  const runs = join(project.root, 'runs')
  const began = Date.now()
  const undisturbed = await tools.grid(runs, '--json')
  const wholeMs = Date.now() - began
  expect(undisturbed.code, undisturbed.stderr).toBe(0)
  const expected = gridBytes(runs)
  expect(Object.keys(expected)).toHaveLength(RUNS)

  const stream = random(13, 'moments of death', 0, 0)
  let folder = ''
  let commands = 0
  let grids = 0
  for (let death = 0; death < DEATHS; ) {
    // A grid that came to its end in spite of it makes room for another one.
    if (folder === '' || (await tools.grid(folder, '--jobs', '2', '--table')).code === 0) {
      if (folder !== '') expect(gridBytes(folder)).toEqual(expected)
      folder = join(project.root, `killed${grids++}`)
    }
    const target = stream.uniform() < 0.7 ? 'command' : 'worker'
    const jobs = stream.uniform() < 0.5 ? '1' : '2'
    const killed = await tools.grid(folder, '--jobs', jobs, killAfter(wholeMs * stream.uniform(), target))
    commands++
    if (killed.signal === 'SIGKILL' || /was ended by SIGKILL/.test(killed.stderr)) death++
    else expect(killed.code, killed.stderr).toBe(0)
  }
  const last = await tools.grid(folder, '--jobs', '2')
  expect(last.code, last.stderr).toBe(0)
  expect(gridBytes(folder)).toEqual(expected)
  console.error(`${DEATHS} deaths in ${commands} commands and ${grids} grids`)
})
