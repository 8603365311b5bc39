import { MEASURED_STEP, type Profile, windowStarts } from '@dualseg/trainer'
import { LA_VOLUME } from '../speed/measurements'

/** Multiply-accumulates of one patch through V-Net and through ResNet-34's network at 112x112x80, in 1e9: they grow with both networks alike. */
const VNET = 40.1
const RESNET34 = 72.7
/** Of one fold. */
const TEST_CASES = 20
/** A training step costs about as much as three times going forwards. */
const FORWARD_SHARE = 1 / 3

/** One run of `bench la` as a measured step foretells it. */
export interface LaEstimate {
  readonly profile: string
  readonly method: 'supervised' | 'dualnet'
  readonly iterations: number
  readonly iterationSeconds: number
  /** Training and the test of one fold. */
  readonly seconds: number
}

/**
 * What one run of `bench la` takes, for a method of one network and one of two, from the seconds of the measured step: all that differs is counted in
 * operations, so that narrow or small layers, which are slower for their size, make it an estimate only.
 */
export function estimateLa(stepSeconds: number, profile: Profile): LaEstimate[] {
  const volume = (size: readonly number[]) => size.reduce((product, n) => product * n, 1)
  const perPatch = (stepSeconds / MEASURED_STEP.batch) * (volume(profile.patch) / volume(MEASURED_STEP.patch))
  const ofWidth = perPatch * (profile.filters / MEASURED_STEP.filters) ** 2
  const windows = LA_VOLUME.map((n, axis) => {
    const size = Math.floor(n / profile.reduce)
    return windowStarts(size, profile.patch[axis]!, profile.stride[axis]!).starts.length
  })
  return (['supervised', 'dualnet'] as const).map((method) => {
    const networks = method === 'dualnet' ? (VNET + RESNET34) / VNET : 1
    const batch = method === 'dualnet' ? profile.batch.labelled + profile.batch.unlabelled : profile.supervisedBatch
    const iterationSeconds = ofWidth * networks * batch
    const testSeconds = TEST_CASES * volume(windows) * ofWidth * networks * FORWARD_SHARE
    return {
      profile: profile.name,
      method,
      iterations: profile.iterations,
      iterationSeconds,
      seconds: profile.iterations * iterationSeconds + testSeconds,
    }
  })
}
