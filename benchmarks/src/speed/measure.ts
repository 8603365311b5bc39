import type { EngineIdentity } from '@dualseg/trainer'
import type { EngineArguments } from '../command-line/engine-arguments'
import { openEngine } from '../engines/open-engine'
import { measureConvolutions } from './measure-convolutions'
import { measureHarness } from './measure-harness'
import { measureInference } from './measure-inference'
import { measureKernels } from './measure-kernels'
import { measureStep } from './measure-step'
import { peakMemoryBytes } from './peak-memory'
import type { Reply, Request } from './request'

/** Opens the engine and does one measurement on it. For a process of its own: the peak memory is the process's. */
export async function measure(engine: string, numerics: EngineArguments, request: Request): Promise<Reply> {
  const { identity, line } = await openEngine(engine, { threads: request.threads, ...numerics })
  const measured =
    request.kind === 'kernels' ? await measureKernels(request, request.timing) : { timings: await timingsOf(request, identity) }
  return {
    name: identity.name,
    version: `${line} · Node ${process.versions.node}`,
    threads: identity.threads ?? 1,
    ...measured,
    peakBytes: peakMemoryBytes(),
  }
}

function timingsOf(request: Exclude<Request, { kind: 'kernels' }>, engine: EngineIdentity): Promise<Reply['timings']> {
  switch (request.kind) {
    case 'probe':
      return Promise.resolve([])
    case 'convolution':
      return measureConvolutions(request.shapes, request.timing)
    case 'step':
      return measureStep(request.step, request.size, request.filters, request.timing)
    case 'inference':
      return measureInference(request, request.timing)
    case 'harness':
      return measureHarness(request, engine, request.timing)
  }
}
