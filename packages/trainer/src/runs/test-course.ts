import { join } from 'node:path'
import { summarise } from '../prediction/summarise'
import { testCases } from '../prediction/test-cases'
import { LineLog } from './disk/line-log'
import { readOrSetAside } from './disk/set-aside'
import { COURSE_FILE, readCourseLines } from './files/course-file'
import type { RunHooks, RunPlan, UpcomingStep } from './run-plan'

/**
 * A `beforeStep` hook that tests the networks after every so many training steps and leaves the means as `course.jsonl` in the run's folder: what
 * picking a checkpoint by its test cases would have added. The last step is the run's own test. Training sees nothing of it.
 *
 * @param every training steps, at least 1
 */
export function testEvery(
  plan: RunPlan,
  every: number,
  { signal, onNotice = console.warn }: Pick<RunHooks, 'signal' | 'onNotice'> = {},
): (step: UpcomingStep) => Promise<void> {
  return async ({ folder, networks, setting: { iteration } }) => {
    if (iteration === 0 || iteration % every !== 0) return
    const read = readOrSetAside(() => readCourseLines(folder), 'its tests on the way are made anew from here on', onNotice)
    const { values, bytes } = read ?? { values: [], bytes: 0 }
    // A resumed run does some steps again, and would test the same networks.
    if (values.some((point) => point.iteration === iteration)) return
    const cases = await testCases(plan, networks, [], () => undefined, signal === undefined ? {} : { signal })
    if (cases === undefined) return
    const means = (name: 'dice' | 'jaccard' | 'hd95' | 'asd') => summarise(cases.map((one) => one[name])).mean
    const log = new LineLog(join(folder, COURSE_FILE), bytes)
    try {
      log.append({
        iteration,
        cases: cases.length,
        emptyPredictions: cases.filter(({ emptyPrediction }) => emptyPrediction).length,
        ...{ dice: means('dice'), jaccard: means('jaccard'), hd95: means('hd95'), asd: means('asd') },
      })
      log.sync()
    } finally {
      log.close()
    }
  }
}
