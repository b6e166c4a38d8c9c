/// Every operation of the engine; checks take their lists from here.
package enum OperationKind: UInt8, CaseIterable, Sendable {
  case parameter, constant, stopGradient
  // Arithmetic, entry by entry.
  case add, subtract, multiply, divide, affine
  case minimum, maximum, power, choose
  // Functions of one operand, entry by entry.
  case relu, leakyRelu, absolute, clamp, square, squareRoot, reciprocal, powerOf
  case exponential, expm1, logarithm, log1p, tanh, erf, sigmoid, softplus, silu, gelu, geluTanh
  // Reductions.
  case sum, mean, trace
  // Layout.
  case transpose, reshape, concatenate
  // Indices and choices.
  case indices, largestMask, topK
  // Products and windows.
  case linear, matrixProduct
  // Normalization and attention.
  // Recurrence.
  // Losses.
  case maskedSquaredError

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
    case .maskedSquaredError: .maskedSquaredError
    }
  }

  /// The table that training uses, indexed by raw value.
  package static let table: [Operation] = allCases.map(\.operation)
}
