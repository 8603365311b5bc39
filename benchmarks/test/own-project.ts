import { installProgram } from './miniature-project'
import { type OwnDataset, ownDataset } from './own-dataset'

/** A project with a data set `own` of six small cases, and the program in it: a run takes a third of what it takes on the miniature Left Atrium. */
export interface OwnProject extends OwnDataset {
  /** The program, built, as it would run in this project. */
  readonly cli: string
  /** Cases that fold 0 tests. */
  readonly testIds: readonly string[]
}

export async function ownProject(): Promise<OwnProject> {
  const own = await ownDataset('h5')
  return { ...own, cli: installProgram(own.root), testIds: own.ids.slice(0, 2) }
}
