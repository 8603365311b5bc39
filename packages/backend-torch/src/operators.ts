import { operator } from './operator'

// ATen's operators by their schemas. A `Scalar` cannot be passed from outside; of a list of them, an empty one can.

export const EMPTY = operator('empty.memory_format', 'i[] i? i? d? b? i?')
/** self, dtype, layout, device, pin memory, non-blocking, memory format */
export const TO_COPY = operator('_to_copy', 'T i? i? d? b? b i?')
export const CLONE = operator('clone', 'T i?')
export const FLIP = operator('flip', 'T i[]')
export const CAT = operator('cat', 'T[] i')
export const REPEAT = operator('repeat', 'T i[]')
export const INDEX_SELECT = operator('index_select', 'T i T')
export const INDEX_PUT = operator('index_put', 'T T?[] T b')
export const GATHER = operator('gather', 'T i T b')

export const MUL = operator('mul.Tensor', 'T T')
export const DIV = operator('div.Tensor', 'T T')
export const POW = operator('pow.Tensor_Tensor', 'T T')
export const MAXIMUM = operator('maximum', 'T T')
export const MINIMUM = operator('minimum', 'T T')
/** As `maximum` and `minimum`, but a number wins against NaN. */
export const FMAX = operator('fmax', 'T T')
export const FMIN = operator('fmin', 'T T')
export const CLAMP = operator('clamp.Tensor', 'T T? T?')
export const WHERE = operator('where.self', 'T T T')
export const EQ = operator('eq.Tensor', 'T T')
export const NE = operator('ne.Tensor', 'T T')
export const GT = operator('gt.Tensor', 'T T')
export const GE = operator('ge.Tensor', 'T T')
export const LT = operator('lt.Tensor', 'T T')
export const LE = operator('le.Tensor', 'T T')
export const AND = operator('logical_and', 'T T')
export const OR = operator('logical_or', 'T T')
export const NOT = operator('logical_not', 'T')

export const ABS = operator('abs', 'T')
export const NEG = operator('neg', 'T')
export const EXP = operator('exp', 'T')
export const EXPM1 = operator('expm1', 'T')
export const LOG = operator('log', 'T')
export const LOG1P = operator('log1p', 'T')
export const SQRT = operator('sqrt', 'T')
export const RSQRT = operator('rsqrt', 'T')
export const RECIPROCAL = operator('reciprocal', 'T')
export const SIGMOID = operator('sigmoid', 'T')
export const TANH = operator('tanh', 'T')
export const SIGN = operator('sgn', 'T')
export const FLOOR = operator('floor', 'T')
export const CEIL = operator('ceil', 'T')
export const ROUND = operator('round', 'T')
export const ISNAN = operator('isnan', 'T')
export const ISFINITE = operator('isfinite', 'T')
export const RELU = operator('relu', 'T')
/** In place. */
export const RELU_ = operator('relu_', 'T')
export const LOG_SIGMOID = operator('log_sigmoid_forward', 'T', 2)
export const PRELU = operator('_prelu_kernel', 'T T')
export const PRELU_BACKWARD = operator('_prelu_kernel_backward', 'T T T', 2)

/** self, axes, keep, dtype */
export const SUM = operator('sum.dim_IntList', 'T i[]? b i?')
export const MEAN = operator('mean.dim', 'T i[]? b i?')
export const AMAX = operator('amax', 'T i[] b')
export const AMIN = operator('amin', 'T i[] b')
export const ALL = operator('all.dims', 'T i[]? b')
export const ANY = operator('any.dims', 'T i[]? b')
export const ARGMAX = operator('argmax', 'T i? b')
export const ARGMIN = operator('argmin', 'T i? b')
export const SOFTMAX = operator('_softmax', 'T i b')
export const LOG_SOFTMAX = operator('_log_softmax', 'T i b')
/** x, axis, descending: values, places; NaN last */
export const SORT = operator('sort', 'T i b', 2)
export const BMM = operator('bmm', 'T T')

/** x, weight, bias, stride, padding, dilation, transposed, output padding, groups */
export const CONVOLUTION = operator('convolution', 'T T T? i[] i[] i[] b i[] i')
/** dy, x, weight, bias sizes, stride, padding, dilation, transposed, output padding, groups, wanted: dx, dweight, dbias */
export const CONVOLUTION_BACKWARD = operator('convolution_backward', 'T T T i[]? i[] i[] i[] b i[] i b[]', 3)
/** x, weight, bias, padding, stride, dilation, groups */
export const ONEDNN_CONVOLUTION = operator('mkldnn_convolution', 'T T T? i[] i[] i[] i')
/** x, weight, bias, padding, output padding, stride, dilation, groups, what is done to the sums, with what numbers, in which way */
export const ONEDNN_CONV_TRANSPOSE = operator('mkldnn::_convolution_transpose_pointwise', 'T T T? i[] i[] i[] i[] i s i[] s?')
/** x, weight, bias, running mean, running variance, training, momentum, epsilon: y, mean, 1 / sqrt(variance + epsilon) */
export const BATCH_NORM = operator('native_batch_norm', 'T T? T? T? T? b f f', 3)
/** dy, x, weight, running mean, running variance, mean, inverse deviation, training, epsilon, wanted: dx, dweight, dbias */
export const BATCH_NORM_BACKWARD = operator('native_batch_norm_backward', 'T T T? T? T? T? T? b f b[]', 3)

export const UPSAMPLE_TRILINEAR = operator('upsample_trilinear3d', 'T i[] b f? f? f?')
export const UPSAMPLE_TRILINEAR_BACKWARD = operator('upsample_trilinear3d_backward', 'T i[] i[] b f? f? f?')
export const UPSAMPLE_NEAREST = operator('upsample_nearest3d', 'T i[] f? f? f?')

/** In place: parameters, gradients, velocities, weight decay, momentum, rate, dampening, nesterov, maximise, first step, scale, found infinity */
export const FUSED_SGD_ = operator('_fused_sgd_', 'T[] T[] T[] f f f f b b b T? T?', 0)
/** In place: parameters, gradients, moments, second moments, their maxima, steps, rate, betas, weight decay, epsilon, amsgrad, maximise, scale, found */
export const FUSED_ADAM_ = operator('_fused_adam_', 'T[] T[] T[] T[] T[] T[] f f f f f b b T? T?', 0)
/** In place: to, from, non-blocking */
export const FOREACH_COPY_ = operator('_foreach_copy_', 'T[] T[] b', 0)
