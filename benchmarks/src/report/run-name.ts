import type { RunConfig } from '@dualseg/trainer'

/** `dualnet`, or `dualnet without uncertainty`. */
export function armName({ name, without }: { readonly name: string; readonly without: readonly string[] }): string {
  return without.length === 0 ? name : `${name} without ${without.join(', ')}`
}

export function runName(config: RunConfig): string {
  return `${armName(config.method)} fold ${config.fold} seed ${config.seed}`
}
