/** Goes up by one whenever the bits of any kernel's result may change with the same PyTorch; part of a run's identity. */
export const NUMERICS_REVISION = 2
