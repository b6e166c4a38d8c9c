import ThalwegAutodiff
import ThalwegTensor

/// The cases of each operation. The switch has no default: a new operation does not compile
/// without cases.
enum OperationCases {
  static var all: [OperationCase] { OperationKind.allCases.flatMap { of($0) } }

  static func of(_ kind: OperationKind) -> [OperationCase] {
    switch kind {
    case .parameter: [OperationCase(kind, "alone") { $0[0] }]
    case .constant: [OperationCase(kind, "factor", constants: [1]) { $0[0] * $0[1] }]
    case .stopGradient:
      [OperationCase(kind, "factor", cut: [1]) { $0[0] * $0[1].stopGradient() }]
    // Derivatives of one's own.
    case .custom: custom
    case .replaceGradient: replaceGradient
    case .add: binary(kind) { $0 + $1 }
    case .subtract: binary(kind) { $0 - $1 }
    case .multiply: binary(kind) { $0 * $1 }
    case .divide: binary(kind) { $0 / $1 }
    case .affine: unary(kind) { $0.affine(scale: -1.7, shift: 0.3) }
    case .minimum, .maximum, .power, .choose: pairs(kind)
    case .leakyRelu, .clamp, .reciprocal, .powerOf, .expm1, .logarithm, .log1p, .tanh, .erf,
      .softplus, .silu, .gelu, .geluTanh:
      functions(kind)
    case .relu: unary(kind) { $0.relu() } + [OperationCase(kind, "kink", kink: 0) { $0[0].relu() }]
    case .sigmoid: unary(kind) { $0.sigmoid() }
    case .exponential: unary(kind) { $0.exponential() }
    case .squareRoot: unary(kind) { $0.squareRoot() }
    case .square: unary(kind) { $0.square() }
    case .absolute:
      unary(kind) { $0.absolute() }
        + [OperationCase(kind, "kink", kink: 0) { $0[0].absolute() }]
    case .sum: sums(kind, { $0.sum() }, { $0.sum(axis: $1, keepingAxis: $2) })
    case .mean: sums(kind, { $0.mean() }, { $0.mean(axis: $1, keepingAxis: $2) })
    case .trace: ["one", "four"].map { OperationCase(kind, $0) { $0[0].trace() } }
    case .linear: linear
    case .matrixProduct: matrixProduct + batchedProduct
    case .convolution: convolution
    case .averagePool: averagePool
    case .maximumPool: maximumPool

    // Normalization and attention.
    case .layerNormalize: layerNormalize
    case .groupNormalize: groupNormalize
    case .batchNormalize: batchNormalize
    case .batchNormalizeGiven: batchNormalizeGiven

    case .transpose: ["matrix", "row"].map { OperationCase(kind, $0) { $0[0].transposed() } }
    case .reshape:
      [
        OperationCase(kind, "block") { $0[0].reshaped(to: [6, 4]) },
        OperationCase(kind, "scalar") { $0[0].reshaped(to: .scalar) },
      ] + reshapeShort
    case .concatenate: concatenate + concatenateAlong
    case .permute: permute
    case .slice: slice
    case .broadcast: broadcast
    case .stack: stack

    // Indices and choices.
    case .indices: indices
    case .select: select
    case .gather: gather
    case .scatterAdd: scatterAdd
    case .oneHot: oneHot
    case .argMaximum: argMaximum
    case .argMinimum: argMinimum
    case .argSort: argSort
    case .cumulativeSum: cumulativeSum
    case .round: round
    case .step: step
    case .hardMaximum: hardMaximum
    case .largestMask: largestMask
    case .topK:
      [("one", 1), ("some", 3), ("all", 4)].map { name, k in
        OperationCase(kind, name) { $0[0].keepingLargest(k) }
      }

    // Reductions.
    case .variance: variance
    case .standardDeviation: standardDeviation
    case .smallest: smallest
    case .largest: largest
    case .logSumExp: logSumExp
    case .l1Norm: l1Norm
    case .l2Norm: l2Norm
    case .infinityNorm: infinityNorm
    case .softmax: softmax
    case .logSoftmax: logSoftmax

    // Attention.
    case .attention: attention
    case .selfAttention: selfAttention

    // Recurrence.
    case .lstm: lstm
    case .gru: gru

    // Losses.
    case .meanSquaredError: meanSquaredError
    case .meanAbsoluteError: meanAbsoluteError
    case .huberLoss: huberLoss
    case .binaryCrossEntropy: binaryCrossEntropy
    case .gaussianNegativeLogLikelihood: gaussianNegativeLogLikelihood
    case .classCrossEntropy: classCrossEntropy
    case .crossEntropy: crossEntropy
    }
  }

  static func binary(
    _ kind: OperationKind, _ body: @escaping @Sendable (Value, Value) -> Value
  ) -> [OperationCase] {
    let variants = [
      "same", "row", "left_row", "outer", "scalar_left", "scalar_right", "scalars", "ones", "both",
      "inner", "middle", "rank8",
    ]
    return variants.map { OperationCase(kind, $0) { body($0[0], $0[1]) } } + [
      OperationCase(kind, "twice") { body($0[0], $0[0]) },
      OperationCase(kind, "self_row") { body($0[0], $0[0].sum(axis: 0)) },
    ]
  }

  static func unary(
    _ kind: OperationKind, _ body: @escaping @Sendable (Value) -> Value
  ) -> [OperationCase] {
    ["scalar", "one", "vector", "block"].map { OperationCase(kind, $0) { body($0[0]) } }
  }

  static func reduction(
    _ kind: OperationKind, _ whole: @escaping @Sendable (Value) -> Value,
    _ along: @escaping @Sendable (Value, Int) -> Value
  ) -> [OperationCase] {
    ["all", "scalar"].map { OperationCase(kind, $0) { whole($0[0]) } }
      + [("axis0", 0), ("axis1", 1), ("axis2", 2), ("vector", 0), ("ones", 1)].map { name, axis in
        OperationCase(kind, name) { along($0[0], axis) }
      }
  }

  static var linear: [OperationCase] {
    ["matrix", "vector", "batch"].map {
      OperationCase(.linear, $0) { $0[0].linear(weight: $0[1], bias: $0[2]) }
    } + [
      OperationCase(.linear, "shared") {
        $0[0].linear(weight: $0[1], bias: $0[2]) * (2 * $0[0]).linear(weight: $0[1], bias: $0[2])
      }
    ]
  }

  static var matrixProduct: [OperationCase] {
    ["matrix", "row"].map { OperationCase(.matrixProduct, $0) { $0[0].matrixProduct($0[1]) } } + [
      OperationCase(.matrixProduct, "twice") { $0[0].matrixProduct($0[0]) },
      OperationCase(.matrixProduct, "gram") { $0[0].matrixProduct($0[0].transposed()) },
    ]
  }

  static var concatenate: [OperationCase] {
    [
      OperationCase(.concatenate, "one") { .concatenated($0[0]) },
      OperationCase(.concatenate, "three") { .concatenated($0[0], $0[1], $0[2]) },
      OperationCase(.concatenate, "twice") { .concatenated($0[0], $0[0]) },
      OperationCase(.concatenate, "vectors") { .concatenated($0[0], $0[1]) },
      OperationCase(.concatenate, "block") { .concatenated($0[0], $0[1]) },
    ]
  }
}
