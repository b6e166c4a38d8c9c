/// What the tape knows of an operation: its name, and how a cotangent passes through it.
package struct Operation: Sendable {
  package let name: String
  /// Whether the gradient ends here on purpose.
  package let cutsGradient: Bool
  package let backward: @Sendable (borrowing Backward) -> Void

  package init(
    _ name: String, cutsGradient: Bool = false,
    backward: @escaping @Sendable (borrowing Backward) -> Void
  ) {
    self.name = name
    self.cutsGradient = cutsGradient
    self.backward = backward
  }
}

/// Every operation of the engine; checks take their lists from here.
package enum OperationKind: UInt8, CaseIterable, Sendable {
  case parameter, constant, stopGradient
  case add, subtract, multiply, divide, affine
  case relu, sigmoid, exponential, squareRoot, square, absolute
  case sum, mean, trace
  case linear, matrixProduct, transpose, reshape, concatenate
  case topK, maskedSquaredError

  package var operation: Operation {
    switch self {
    case .parameter: .parameter
    case .constant: .constant
    case .stopGradient: .stopGradient
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .affine: .affine
    case .relu: .relu
    case .sigmoid: .sigmoid
    case .exponential: .exponential
    case .squareRoot: .squareRoot
    case .square: .square
    case .absolute: .absolute
    case .sum: .sum
    case .mean: .mean
    case .trace: .trace
    case .linear: .linear
    case .matrixProduct: .matrixProduct
    case .transpose: .transpose
    case .reshape: .reshape
    case .concatenate: .concatenate
    case .topK: .topK
    case .maskedSquaredError: .maskedSquaredError
    }
  }

  /// The table that training uses, indexed by raw value.
  package static let table: [Operation] = allCases.map(\.operation)
}
