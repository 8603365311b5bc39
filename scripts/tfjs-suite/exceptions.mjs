const SHARED =
  'equal extremes share the gradient, as in PyTorch (amax, amin): each of them having all of it would count it more than once'

/**
 * Specs that fail on purpose, on every engine: their names without the backend's, the message with which they fail, and the reason. One that passes,
 * fails in other words or is not there any more fails the run.
 */
export const EXCEPTIONS = [
  ...['max', 'min'].flatMap((op) =>
    [
      '1D, ties',
      'ties, 2D, axes=-1, keepDims=false',
      'ties, 3D, axes=[1, 2], keepDims=false',
      'ties, 4D, axes=[1, 2, 3], keepDims=false',
      'ties, 4D, axes=[2, 3], keepDims=true',
    ].map((title) => ({ spec: `${op} ${op} gradient: ${title}`, fails: /^Error: Arrays differ: /, reason: SHARED })),
  ),
  {
    spec: 'gradients errors if relevant ops are missing grads',
    fails: /^Expected function to throw an Error\.$/,
    reason:
      'logicalAnd is its example of an op without a gradient; here a mask is a constant, as in PyTorch, so that losses may combine masks',
  },
]
