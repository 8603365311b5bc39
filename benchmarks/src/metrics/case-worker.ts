import { fileError } from '@dualseg/data/node'
import { measureCase } from './measure-case'
import type { CaseReply, CaseRequest } from './measure-cases'

/** A thread of `bench metrics`. Errors are handed over as words, since a thread's error arrives without its code. */
export default async function work(request: CaseRequest): Promise<CaseReply> {
  try {
    return { measured: await measureCase(request) }
  } catch (error) {
    const told = fileError(error)
    return { failure: told instanceof Error ? told.message : String(told) }
  }
}
