import { join } from 'node:path'
import { z } from 'zod'
import { faultError } from '../disk/fault'
import { type ReadLines, readLines, type StoredLines } from '../disk/stored-lines'

/** The test cases' means on the way: a line of `course.jsonl`. An observation: no figure of the run itself depends on it. */
export interface CoursePoint {
  /** Training steps that the networks had behind them. */
  readonly iteration: number
  readonly cases: number
  readonly emptyPredictions: number
  readonly dice: number
  readonly jaccard: number
  readonly hd95: number
  readonly asd: number
}

export const COURSE_FILE = 'course.jsonl'

const COURSE: StoredLines<CoursePoint> = {
  schema: z.strictObject({
    iteration: z.int().min(1),
    cases: z.int().min(1),
    emptyPredictions: z.int(),
    dice: z.number(),
    jaccard: z.number(),
    hd95: z.number(),
    asd: z.number(),
  }),
  remedy: 'move it away: it only says how tests on the way went, and the run is whole without it',
}

/** As far as it is whole; undefined where no test was made on the way. */
export function readCourseLines(folder: string): ReadLines<CoursePoint> | undefined {
  return readLines(join(folder, COURSE_FILE), COURSE)
}

/**
 * `course.jsonl` of a run; undefined where no test was made on the way. What a kill left half written does not count.
 *
 * @throws DUALSEG_DATA with a `fault` if it is damaged
 */
export function readCourse(folder: string): readonly CoursePoint[] | undefined {
  const read = readCourseLines(folder)
  if (read?.stop?.isCut === false)
    throw faultError({ file: join(folder, COURSE_FILE), found: read.stop.found, remedy: COURSE.remedy })
  return read?.values
}
