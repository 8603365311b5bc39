/** Node's modules by a name that bundlers for browsers do not follow. */
export const MODULE_NAMES = { fs: 'node:fs', v8: 'node:v8' } as const
