import { MODULE_NAMES } from './node-modules'

/** Whether V8 can pack the kernels here; if not, why, as a clause. */
export type PackingSupport = { readonly possible: true } | { readonly possible: false; readonly because: string }

/** Versions of Node whose V8 was tried with all kernels; its packing is an experiment of V8's, so that later ones must be tried first. */
const OLDEST = 24
const NEWEST = 26

/** Looks at runtime and processor. */
export async function packingSupport(): Promise<PackingSupport> {
  const no = (because: string): PackingSupport => ({ possible: false, because })
  if (typeof process !== 'object' || !process.versions?.v8 || 'bun' in process.versions)
    return no('only Node can be asked for it')
  const major = Number(process.versions.node.split('.')[0])
  if (major < OLDEST) return no(`Node ${major} does not do it, ${OLDEST} and newer do`)
  if (major > NEWEST) return no(`Node ${major} was not tried, ${NEWEST} is the newest that was`)
  if (process.arch !== 'x64') return no(`it needs a processor with AVX2, this is ${process.arch}`)
  if (process.platform === 'linux' && !(await flagsOfLinux()).includes('avx2')) return no('this processor has no AVX2')
  return { possible: true }
}

async function flagsOfLinux(): Promise<string[]> {
  const { readFileSync } = (await import(
    /* @vite-ignore */ /* webpackIgnore: true */ MODULE_NAMES.fs
  )) as typeof import('node:fs')
  try {
    return /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.trim().split(' ') ?? []
  } catch {
    return []
  }
}
