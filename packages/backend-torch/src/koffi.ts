import { dualsegError } from '@dualseg/kernels'

export type Koffi = typeof import('koffi')

/** oneDNN and MKL want more than the 2 MiB that koffi gives a call. */
const CALL_STACK_BYTES = 16 * 2 ** 20

/** The foreign-function interface: an optional dependency, since an install must not fail for want of a binary for the platform. */
export async function loadKoffi(): Promise<Koffi> {
  try {
    const module = (await import('koffi')) as Koffi & { default?: Koffi }
    return withLargeStacks(module.default ?? module)
  } catch (cause) {
    throw dualsegError('DUALSEG_ENGINE_MISSING', `torch engine: koffi does not load here; ${KOFFI_REMEDY}`, { cause })
  }
}

export const KOFFI_REMEDY = 'add it with `npm install koffi` (it has no binary for some platforms)'

function withLargeStacks(koffi: Koffi): Koffi {
  const { sync_stack_size: now = 0 } = koffi.config()
  // Only before the first library; another engine that came before has seen to it.
  if (now < CALL_STACK_BYTES)
    koffi.config({ ...koffi.config(), sync_stack_size: CALL_STACK_BYTES, async_stack_size: CALL_STACK_BYTES })
  return koffi
}
