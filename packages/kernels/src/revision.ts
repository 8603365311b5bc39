/**
 * Numeric revision of the composites and gradients: goes up by one whenever the bits of any result may change, and is part of a
 * run's identity.
 */
export const KERNELS_REVISION = 1
