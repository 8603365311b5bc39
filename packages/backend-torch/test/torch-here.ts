import { describe, it } from 'vitest'
import { torchEngine } from '../src/index'

const { available, missing } = await torchEngine.probe({ device: 'cpu' })

/** Declares tests that need PyTorch; where it is not found they stand in the list as skipped, with the reason. */
export function withTorch(name: string, declare: () => void): void {
  if (available) describe(name, declare)
  else describe(name, () => it.skip(`needs ${missing!.what}: ${missing!.howToGet}`, () => {}))
}
