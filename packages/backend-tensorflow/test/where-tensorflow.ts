import { describe } from 'vitest'
import { tensorflowEngine } from '../src'

const { available, missing } = await tensorflowEngine.probe()

/** Declares tests that need TensorFlow. Without one they are skipped, and the title says why; with DUALSEG_PYTHON set they must run. */
export function whereTensorflow(title: string, declare: () => void): void {
  if (available || process.env.DUALSEG_PYTHON) describe(title, declare)
  else describe.skip(`${title} (${missing!.what})`, declare)
}
