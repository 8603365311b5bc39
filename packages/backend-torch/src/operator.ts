import type { Device, Libtorch } from './libtorch'
import type { Pointer } from './native-words'

// Signatures are written as one letter an argument, in the order of the operator's schema:
// T tensor handle (the callee takes it over), i whole number or enumeration, f double, b boolean, d device, s text;
// `[]` behind it a list, `?` an optional.

export type Argument = number | boolean | string | null | Device | readonly (number | boolean)[]

type Put = (library: Libtorch, at: number, value: Argument) => void

const PUT: Readonly<Record<string, Put>> = {
  T: (library, at, value) => library.putWhole(at, value as number),
  i: (library, at, value) => library.putWhole(at, value as number),
  f: (library, at, value) => library.putDouble(at, value as number),
  b: (library, at, value) => library.putWhole(at, value ? 1 : 0),
  d: (library, at, value) => library.putDevice(at, value as Device),
  s: (library, at, value) => library.putText(at, value as string),
}

function putter(kind: string): Put {
  if (kind.endsWith('?')) {
    const put = putter(kind.slice(0, -1))
    return (library, at, value) => {
      if (value === null) return library.putNothing(at)
      put(library, at, value)
      library.wrapOptional(at)
    }
  }
  if (kind.endsWith('?[]')) {
    const put = putter(kind.slice(0, -2))
    return (library, at, value) => {
      const wrapped = (value as readonly number[]).map((item) => {
        put(library, at, item)
        return library.result(at)
      })
      library.putList(at, wrapped)
    }
  }
  if (kind.endsWith('[]')) return (library, at, value) => library.putList(at, value as readonly (number | boolean)[])
  return PUT[kind]!
}

/** An ATen operator: takes the library and the arguments, gives handles of the results. Argument handles are the callee's. */
export interface Operator {
  (library: Libtorch, ...args: Argument[]): Pointer
  all(library: Libtorch, ...args: Argument[]): Pointer[]
  async(library: Libtorch, ...args: Argument[]): Promise<Pointer>
}

/**
 * @param name with its overload behind a point, e.g. `mul.Tensor`; without a namespace `aten` is meant
 * @param signature see above, e.g. `T T? i[] b`
 */
export function operator(name: string, signature: string, results = 1): Operator {
  const puts = signature.split(' ').map(putter)
  const [path, overload = ''] = name.split('.') as [string, string?]
  const full = path.includes('::') ? path : `aten::${path}`
  let bound: { library: Libtorch; name: Pointer; overload: Pointer } | undefined
  const put = (library: Libtorch, args: readonly Argument[]) => {
    if (bound?.library !== library) {
      bound = { library, name: library.constantText(full), overload: library.constantText(overload) }
    }
    for (let i = 0; i < puts.length; i++) puts[i]!(library, i, args[i]!)
    return bound
  }
  const describe = () => name
  const run: Operator = (library, ...args) => {
    const at = put(library, args)
    library.call(at.name, at.overload, describe)
    return library.result(0)
  }
  run.all = (library, ...args) => {
    const at = put(library, args)
    library.call(at.name, at.overload, describe)
    return Array.from({ length: results }, (_, i) => library.result(i))
  }
  run.async = (library, ...args) => {
    const at = put(library, args)
    return library.callAsync(at.name, at.overload, puts.length, describe)
  }
  return run
}
