import type { Profile } from '@dualseg/trainer'
import { oneInteger } from '../command-line/choose'

export const PROFILE_NAMES = ['quick', 'half', 'full'] as const
export type ProfileName = (typeof PROFILE_NAMES)[number]

/** The ramp-up of this field has 40 steps: 150 iterations each in 6,000. */
const RAMP_STEPS = 40

/**
 * `full` is the published size; `half` and `quick` divide every axis by 2 and 3 and standardise the reduced volumes again. A patch of a
 * reduced profile covers nearly the whole volume, the rate is ten times the published one after a short warm-up, and the ramp-up's 40
 * steps span the run: found on the real Left Atrium, they reach a usable network in a few hundred iterations.
 */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  quick: reduced({ name: 'quick', reduce: 3, patch: [48, 48, 32], stride: [24, 24, 16], filters: 8, iterations: 240 }),
  half: reduced({ name: 'half', reduce: 2, patch: [64, 64, 32], stride: [32, 32, 16], filters: 16, iterations: 1000 }),
  full: {
    name: 'full',
    reduce: 1,
    patch: [112, 112, 80],
    stride: [18, 18, 4],
    filters: 16,
    dropout: 0.5,
    iterations: 6000,
    learningRate: { kind: 'step', rate: 0.01, factor: 0.1, every: 2500 },
    rampEvery: 150,
    batch: { labelled: 2, unlabelled: 2 },
    supervisedBatch: 4,
  },
}

/** A profile of another length. Its name says so in every table and folder. */
export function withIterations(profile: Profile, iterations: string | undefined): Profile {
  if (iterations === undefined) return profile
  const count = oneInteger('--iterations', iterations, 1, 1_000_000)
  if (count === profile.iterations) return profile
  return { ...lasting(profile, count), name: `${profile.name}-${count}` }
}

/** A profile of another length, ramp-up and rate with it. */
export function lasting(profile: Profile, iterations: number): Profile {
  if (iterations === profile.iterations) return profile
  const share = iterations / profile.iterations
  const { learningRate } = profile
  return {
    ...profile,
    iterations,
    rampEvery: profile.rampEvery * share,
    learningRate: learningRate.kind === 'step' ? { ...learningRate, every: learningRate.every * share } : learningRate,
  }
}

/** A rate that falls to 0 over a run, whatever its length. */
export function fallingFrom(rate: number): Profile['learningRate'] {
  return { kind: 'poly', rate, power: 0.9, warmUp: 10 }
}

function reduced(own: Pick<Profile, 'name' | 'reduce' | 'patch' | 'stride' | 'filters' | 'iterations'>): Profile {
  return {
    ...own,
    dropout: 0.5,
    learningRate: fallingFrom(0.1),
    rampEvery: own.iterations / RAMP_STEPS,
    batch: { labelled: 2, unlabelled: 2 },
    supervisedBatch: 2,
  }
}
