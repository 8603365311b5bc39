import { existsSync } from 'node:fs'
import { type Description, describe, describedNames, descriptionIn } from '../data/description'

/**
 * The description of a data set by the name that runs have for it: one of this checkout, or the one in the folder that `--data` names.
 *
 * @returns undefined where neither has the name
 */
export async function describedOfRuns(name: string, data: string | undefined): Promise<Description | undefined> {
  if (describedNames().includes(name)) return describe(name)
  if (data === undefined || !existsSync(descriptionIn(data))) return undefined
  const description = await describe(data)
  return description.name === name ? description : undefined
}
