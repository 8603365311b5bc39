import { MODULE_NAMES } from './node-modules'

/**
 * V8's flags while the packed kernels are compiled, and what they are else: neighbouring 128-bit operations become 256-bit ones; all functions at
 * once and by the optimising compiler, since no other packs. Without a first, plain compilation there is no feedback to undo optimisations by.
 */
const FLAGS: readonly { readonly name: string; readonly during: boolean; readonly else: (major: number) => boolean }[] = [
  { name: 'experimental-wasm-revectorize', during: true, else: () => false },
  { name: 'liftoff', during: false, else: () => true },
  { name: 'wasm-lazy-compilation', during: false, else: () => true },
  { name: 'wasm-deopt', during: false, else: (major) => major >= 25 },
]

/** A custom section named `p`: V8 keeps compiled modules by their bytes, and must not hand out the plain one. */
const MARK = new Uint8Array([0, 2, 1, 112])

/**
 * Compiles a module with its 128-bit operations packed into 256-bit ones, within this call: V8's flags are as before when it returns, and code
 * compiled earlier or later is not touched. Workers that are sent the module share the code.
 */
export async function compilePacked(bytes: Uint8Array): Promise<WebAssembly.Module> {
  const { default: v8 } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ MODULE_NAMES.v8)) as {
    default: typeof import('node:v8')
  }
  const marked = new Uint8Array(bytes.length + MARK.length)
  marked.set(bytes)
  marked.set(MARK, bytes.length)
  const major = Number(process.versions.node.split('.')[0])
  // What somebody set by hand stays as it is.
  const byHand = `${process.execArgv.join(' ')} ${process.env.NODE_OPTIONS ?? ''}`.replaceAll('_', '-')
  const ours = FLAGS.filter(({ name }) => !new RegExp(`--(no-)?${name}\\b`).test(byHand))
  const set = (name: string, on: boolean) => v8.setFlagsFromString(on ? `--${name}` : `--no-${name}`)
  try {
    for (const { name, during } of ours) set(name, during)
    return new WebAssembly.Module(marked)
  } finally {
    for (const flag of ours) set(flag.name, flag.else(major))
  }
}
