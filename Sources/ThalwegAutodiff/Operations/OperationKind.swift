/// Every operation of the engine; checks take their lists from here.
package enum OperationKind: UInt8, CaseIterable, Sendable {
  case parameter, constant, stopGradient
  // Derivatives of one's own.
  case custom, replaceGradient
  // Arithmetic, entry by entry.
  case add, subtract, multiply, divide, affine
  // Functions of one operand, entry by entry.
  case relu, sigmoid, exponential, squareRoot, square, absolute
  // Reductions.
  case sum, mean, trace
  // Layout.
  case transpose, reshape, concatenate, permute, slice, broadcast, stack
  // Indices and choices.
  case indices, largestMask, topK, select
  // Products and windows.
  case linear, matrixProduct
  // Normalization and attention.
  // Attention.
  case attention, selfAttention
  // Recurrence.
  case lstm, gru
  // Losses.
  case maskedSquaredError

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

    // Products and windows.
    case .linear: .linear
    case .matrixProduct: .matrixProduct

    // Attention.
    case .attention: .attention
    case .selfAttention: .selfAttention

    // Recurrence.
    case .lstm: .lstm
    case .gru: .gru

    // Losses.
    case .maskedSquaredError: .maskedSquaredError
    }
  }

  /// The table that training uses, indexed by raw value.
  package static let table: [Operation] = allCases.map(\.operation)
}
