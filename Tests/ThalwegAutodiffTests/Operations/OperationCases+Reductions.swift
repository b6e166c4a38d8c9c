import ThalwegAutodiff
import ThalwegTensor

/// Figures: Scripts/golden/operations_reductions.py.
extension OperationCases {
  static func sums(
    _ kind: OperationKind, _ whole: @escaping @Sendable (Value) -> Value,
    _ along: @escaping @Sendable (Value, Int, Bool) -> Value
  ) -> [OperationCase] {
    reduction(kind, whole) { along($0, $1, true) } + [
      OperationCase(kind, "dropped") { along($0[0], 1, false) },
      OperationCase(kind, "dropped_first") { along($0[0], 0, false) },
    ]
  }

  /// A reduction over everything and along every axis.
  /// - Parameter one: where the axis has one entry; `along` where nil.
  static func reductions(
    _ kind: OperationKind, _ whole: @escaping @Sendable (Value) -> Value,
    _ along: @escaping @Sendable (Value, Int, Bool) -> Value,
    ofOne wholeOne: (@Sendable (Value) -> Value)? = nil,
    one: (@Sendable (Value, Int, Bool) -> Value)? = nil
  ) -> [OperationCase] {
    let wholeOne = wholeOne ?? whole
    let one = one ?? along
    return [
      OperationCase(kind, "all") { whole($0[0]) },
      OperationCase(kind, "scalar") { wholeOne($0[0]) },
      OperationCase(kind, "axis0") { along($0[0], 0, true) },
      OperationCase(kind, "axis1") { along($0[0], 1, true) },
      OperationCase(kind, "axis2") { along($0[0], 2, true) },
      OperationCase(kind, "vector") { along($0[0], 0, true) },
      OperationCase(kind, "ones") { one($0[0], 1, true) },
      OperationCase(kind, "dropped") { along($0[0], 1, false) },
      OperationCase(kind, "transposed") { along($0[0].transposed(), 0, true) },
      OperationCase(kind, "twice") { $0[0] * along($0[0], 1, true) },
    ]
  }

  static var variance: [OperationCase] {
    reductions(
      .variance, { $0.variance() }, { $0.variance(axis: $1, keepingAxis: $2) },
      ofOne: { $0.variance(correction: 0) },
      one: { $0.variance(axis: $1, correction: 0, keepingAxis: $2) })
  }

  static var standardDeviation: [OperationCase] {
    reductions(
      .standardDeviation, { $0.standardDeviation() },
      { $0.standardDeviation(axis: $1, keepingAxis: $2) },
      ofOne: { $0.standardDeviation(correction: 0) },
      one: { $0.standardDeviation(axis: $1, correction: 0, keepingAxis: $2) })
      + [
        OperationCase(.standardDeviation, "constant", kink: 2) {
          $0[0].standardDeviation(axis: 1, keepingAxis: false)
        }
      ]
  }

  /// Of equals each gets its share, which no difference shows.
  private static func ties(
    _ kind: OperationKind, at kink: Double, _ whole: @escaping @Sendable (Value) -> Value,
    _ along: @escaping @Sendable (Value, Int, Bool) -> Value
  ) -> [OperationCase] {
    [
      OperationCase(kind, "ties", kink: kink) { whole($0[0]) },
      OperationCase(kind, "ties_axis", kink: kink) { along($0[0], 1, true) },
      OperationCase(kind, "ties_outer", kink: kink) { along($0[0], 0, true) },
    ]
  }

  static var smallest: [OperationCase] {
    reductions(.smallest, { $0.minimum() }, { $0.minimum(axis: $1, keepingAxis: $2) })
      + ties(.smallest, at: -3, { $0.minimum() }, { $0.minimum(axis: $1, keepingAxis: $2) })
  }

  static var largest: [OperationCase] {
    reductions(.largest, { $0.maximum() }, { $0.maximum(axis: $1, keepingAxis: $2) })
      + ties(.largest, at: 3, { $0.maximum() }, { $0.maximum(axis: $1, keepingAxis: $2) })
  }

  static var logSumExp: [OperationCase] {
    reductions(.logSumExp, { $0.logSumExp() }, { $0.logSumExp(axis: $1, keepingAxis: $2) })
      + [OperationCase(.logSumExp, "far") { $0[0].logSumExp(axis: 1, keepingAxis: false) }]
  }

  private static func norms(_ kind: OperationKind, _ norm: Norm) -> [OperationCase] {
    reductions(kind, { $0.norm(norm) }, { $0.norm(norm, axis: $1, keepingAxis: $2) })
  }

  static var l1Norm: [OperationCase] {
    norms(.l1Norm, .l1) + [OperationCase(.l1Norm, "kink", kink: 0) { $0[0].norm(.l1) }]
  }

  static var l2Norm: [OperationCase] {
    norms(.l2Norm, .l2) + [
      OperationCase(.l2Norm, "zeros", kink: 0) { $0[0].norm(axis: 1, keepingAxis: false) }
    ]
  }

  static var infinityNorm: [OperationCase] {
    norms(.infinityNorm, .infinity)
      + ties(
        .infinityNorm, at: 3, { $0.norm(.infinity) },
        { $0.norm(.infinity, axis: $1, keepingAxis: $2) })
      + [
        OperationCase(.infinityNorm, "zeros", kink: 0) {
          $0[0].norm(.infinity, axis: 1, keepingAxis: false)
        }
      ]
  }

  private static func softmaxes(
    _ kind: OperationKind, _ body: @escaping @Sendable (Value, Int?) -> Value
  ) -> [OperationCase] {
    [
      OperationCase(kind, "axis0") { body($0[0], 0) },
      OperationCase(kind, "axis1") { body($0[0], 1) },
      OperationCase(kind, "axis2") { body($0[0], nil) },
      OperationCase(kind, "vector") { body($0[0], 0) },
      OperationCase(kind, "ones") { body($0[0], 1) },
      OperationCase(kind, "wide") { body($0[0], nil) },
      OperationCase(kind, "far") { body($0[0], 1) },
      OperationCase(kind, "transposed") { body($0[0].transposed(), nil) },
      OperationCase(kind, "twice") { $0[0] * body($0[0], nil) },
    ]
  }

  static var softmax: [OperationCase] { softmaxes(.softmax) { $0.softmax(axis: $1) } }

  static var logSoftmax: [OperationCase] { softmaxes(.logSoftmax) { $0.logSoftmax(axis: $1) } }
}
