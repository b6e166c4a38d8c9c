/// Every operation of the engine; checks take their lists from here.
package enum OperationKind: UInt8, CaseIterable, Sendable {
  case parameter, constant, stopGradient
  // Derivatives of one's own.
  case custom, replaceGradient
  // Arithmetic, entry by entry.
  case add, subtract, multiply, divide, affine
  case minimum, maximum, power, choose
  // Functions of one operand, entry by entry.
  case relu, leakyRelu, absolute, clamp, square, squareRoot, reciprocal, powerOf
  case exponential, expm1, logarithm, log1p, tanh, erf, sigmoid, softplus, silu, gelu, geluTanh
  // Reductions.
  case sum, mean, trace
  case variance, standardDeviation, smallest, largest, logSumExp
  case l1Norm, l2Norm, infinityNorm, softmax, logSoftmax
  // Layout.
  case transpose, reshape, concatenate, permute, slice, broadcast, stack
  // Indices and choices.
  case indices, select, gather, scatterAdd, oneHot, argMaximum, argMinimum, argSort
  case largestMask, topK, hardMaximum, round, step, cumulativeSum
  // Products and windows.
  case linear, matrixProduct, convolution, averagePool, maximumPool
  // Normalization and attention.
  case layerNormalize, groupNormalize, batchNormalize, batchNormalizeGiven
  // Attention.
  case attention, selfAttention
  // Recurrence.
  case lstm, gru
  // Losses.
  case meanSquaredError, meanAbsoluteError, huberLoss, binaryCrossEntropy
  case gaussianNegativeLogLikelihood, classCrossEntropy, crossEntropy

  package var operation: Operation {
    switch self {
    case .parameter: .parameter
    case .constant: .constant
    case .stopGradient: .stopGradient

    // Derivatives of one's own.
    case .custom: .custom
    case .replaceGradient: .replaceGradient

    // Arithmetic, entry by entry.
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .affine: .affine
    case .minimum: .minimum
    case .maximum: .maximum
    case .power: .power
    case .choose: .choose

    // Functions of one operand, entry by entry.
    case .relu: .relu
    case .leakyRelu: .leakyRelu
    case .absolute: .absolute
    case .clamp: .clamp
    case .square: .square
    case .squareRoot: .squareRoot
    case .reciprocal: .reciprocal
    case .powerOf: .powerOf
    case .exponential: .exponential
    case .expm1: .expm1
    case .logarithm: .logarithm
    case .log1p: .log1p
    case .tanh: .tanh
    case .erf: .erf
    case .sigmoid: .sigmoid
    case .softplus: .softplus
    case .silu: .silu
    case .gelu: .gelu
    case .geluTanh: .geluTanh

    // Reductions.
    case .sum: .sum
    case .mean: .mean
    case .trace: .trace
    case .variance: .variance
    case .standardDeviation: .standardDeviation
    case .smallest: .smallest
    case .largest: .largest
    case .logSumExp: .logSumExp
    case .l1Norm: .l1Norm
    case .l2Norm: .l2Norm
    case .infinityNorm: .infinityNorm
    case .softmax: .softmax
    case .logSoftmax: .logSoftmax

    // Layout.
    case .transpose: .transpose
    case .reshape: .reshape
    case .concatenate: .concatenate
    case .permute: .permute
    case .slice: .slice
    case .broadcast: .broadcast
    case .stack: .stack

    // Indices and choices.
    case .indices: .indices
    case .largestMask: .largestMask
    case .topK: .topK
    case .select: .select
    case .gather: .gather
    case .scatterAdd: .scatterAdd
    case .oneHot: .oneHot
    case .argMaximum: .argMaximum
    case .argMinimum: .argMinimum
    case .argSort: .argSort
    case .hardMaximum: .hardMaximum
    case .round: .round
    case .step: .step
    case .cumulativeSum: .cumulativeSum

    // Products and windows.
    case .linear: .linear
    case .matrixProduct: .matrixProduct
    case .convolution: .convolution
    case .averagePool: .averagePool
    case .maximumPool: .maximumPool

    // Normalization and attention.
    case .layerNormalize: .layerNormalize
    case .groupNormalize: .groupNormalize
    case .batchNormalize: .batchNormalize
    case .batchNormalizeGiven: .batchNormalizeGiven

    // Attention.
    case .attention: .attention
    case .selfAttention: .selfAttention

    // Recurrence.
    case .lstm: .lstm
    case .gru: .gru

    // Losses.
    case .meanSquaredError: .meanSquaredError
    case .meanAbsoluteError: .meanAbsoluteError
    case .huberLoss: .huberLoss
    case .binaryCrossEntropy: .binaryCrossEntropy
    case .gaussianNegativeLogLikelihood: .gaussianNegativeLogLikelihood
    case .classCrossEntropy: .classCrossEntropy
    case .crossEntropy: .crossEntropy
    }
  }

  /// The table that training uses, indexed by raw value.
  package static let table: [Operation] = allCases.map(\.operation)
}
