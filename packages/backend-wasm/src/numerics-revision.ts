/**
 * Goes up by one whenever the bits of any kernel's result may change under the same `numerics` of the engine's report; both are part of a run's
 * identity.
 */
export const NUMERICS_REVISION = 3
