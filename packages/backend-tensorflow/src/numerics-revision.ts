/** Goes up whenever the bits of any result may change through this package. TensorFlow's own version stands beside it in a run's identity. */
export const NUMERICS_REVISION = 3
