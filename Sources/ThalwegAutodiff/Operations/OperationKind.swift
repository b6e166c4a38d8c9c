/// Every operation of the engine; checks take their lists from here.
package enum OperationKind: UInt8, CaseIterable, Sendable {
  case parameter, constant, stopGradient
  // Arithmetic, entry by entry.
  case add, subtract, multiply, divide, affine
  // Functions of one operand, entry by entry.
  case relu, sigmoid, exponential, squareRoot, square, absolute
  // Reductions.
  case sum, mean, trace
  case variance, standardDeviation, minimum, maximum, logSumExp
  case l1Norm, l2Norm, infinityNorm, softmax, logSoftmax
  // Layout.
  case transpose, reshape, concatenate
  // Indices and choices.
  case indices, largestMask, topK
  // Products and windows.
  case linear, matrixProduct
  // Normalization and attention.
  // Recurrence.
  // Losses.
  case meanSquaredError, meanAbsoluteError, huberLoss, binaryCrossEntropy
  case gaussianNegativeLogLikelihood, classCrossEntropy, crossEntropy

  package var operation: Operation {
    switch self {
    case .parameter: .parameter
    case .constant: .constant
    case .stopGradient: .stopGradient

    // Arithmetic, entry by entry.
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .affine: .affine

    // Functions of one operand, entry by entry.
    case .relu: .relu
    case .sigmoid: .sigmoid
    case .exponential: .exponential
    case .squareRoot: .squareRoot
    case .square: .square
    case .absolute: .absolute

    // Reductions.
    case .sum: .sum
    case .mean: .mean
    case .trace: .trace
    case .variance: .variance
    case .standardDeviation: .standardDeviation
    case .minimum: .minimum
    case .maximum: .maximum
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

    // Indices and choices.
    case .indices: .indices
    case .largestMask: .largestMask
    case .topK: .topK

    // Products and windows.
    case .linear: .linear
    case .matrixProduct: .matrixProduct

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
