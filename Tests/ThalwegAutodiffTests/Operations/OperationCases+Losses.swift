import ThalwegAutodiff
import ThalwegTensor

/// Figures: Scripts/golden/operations_losses.py.
extension OperationCases {
  /// A loss of predictions and targets, whole and under a mask.
  private static func pairs(
    _ kind: OperationKind, suffix: String = "",
    _ body: @escaping @Sendable (Value, Value, Value?, MaskedDivisor) -> Value?
  ) -> [OperationCase] {
    [
      OperationCase(kind, "plain" + suffix) { body($0[0], $0[1], nil, .all) },
      OperationCase(kind, "data" + suffix, constants: [1]) { body($0[0], $0[1], nil, .all) },
      OperationCase(kind, "scalar" + suffix) { body($0[0], $0[1], nil, .all) },
      OperationCase(kind, "observed" + suffix, constants: [2]) {
        body($0[0], $0[1], $0[2], .observed)
      },
      OperationCase(kind, "every" + suffix, constants: [2]) { body($0[0], $0[1], $0[2], .all) },
    ]
  }

  static var meanSquaredError: [OperationCase] {
    pairs(.meanSquaredError) { x, t, mask, divisor in
      guard let mask else { return x.meanSquaredError(to: t) }
      return x.meanSquaredError(to: t, mask: mask, dividingBy: divisor)
    } + [
      OperationCase(.meanSquaredError, "twice") { $0[0].meanSquaredError(to: $0[0].square()) }
    ]
  }

  static var meanAbsoluteError: [OperationCase] {
    pairs(.meanAbsoluteError) { x, t, mask, divisor in
      guard let mask else { return x.meanAbsoluteError(to: t) }
      return x.meanAbsoluteError(to: t, mask: mask, dividingBy: divisor)
    } + [
      OperationCase(.meanAbsoluteError, "kink", constants: [1], kink: 0.5) {
        $0[0].meanAbsoluteError(to: $0[1])
      }
    ]
  }

  private static func huber(_ suffix: String, _ delta: Double) -> [OperationCase] {
    pairs(.huberLoss, suffix: suffix) { x, t, mask, divisor in
      guard let mask else { return x.huberLoss(to: t, delta: delta) }
      return x.huberLoss(to: t, delta: delta, mask: mask, dividingBy: divisor)
    }
  }

  /// `LossEdgeTests` looks at the joints, where a central difference is off by a quarter of its step.
  static var huberLoss: [OperationCase] { huber("", 1) + huber("_delta", 0.4) }

  private static func binary(_ suffix: String, _ weight: Double) -> [OperationCase] {
    pairs(.binaryCrossEntropy, suffix: suffix) { x, t, mask, divisor in
      guard let mask else { return x.binaryCrossEntropy(to: t, positiveWeight: weight) }
      return x.binaryCrossEntropy(
        to: t, positiveWeight: weight, mask: mask, dividingBy: divisor)
    }
  }

  static var binaryCrossEntropy: [OperationCase] {
    binary("", 1) + binary("_weight", 2.5) + [
      OperationCase(.binaryCrossEntropy, "sure", constants: [1]) {
        $0[0].binaryCrossEntropy(to: $0[1])
      }
    ]
  }

  static var gaussianNegativeLogLikelihood: [OperationCase] {
    let kind = OperationKind.gaussianNegativeLogLikelihood
    func plain(_ variant: String, _ constants: Set<Int> = [], isFull: Bool = false)
      -> OperationCase
    {
      OperationCase(kind, variant, constants: constants) {
        $0[0].gaussianNegativeLogLikelihood(to: $0[1], variance: $0[2], isFull: isFull)
      }
    }
    func masked(_ variant: String, _ divisor: MaskedDivisor) -> OperationCase {
      OperationCase(kind, variant, constants: [3]) {
        $0[0].gaussianNegativeLogLikelihood(
          to: $0[1], variance: $0[2], isFull: true, mask: $0[3], dividingBy: divisor)
      }
    }
    return [
      plain("plain"), plain("full", isFull: true), plain("data", [1]), plain("fixed", [1, 2]),
      plain("scalar"), masked("observed", .observed), masked("every", .all),
      OperationCase(kind, "floor", constants: [1, 2]) {
        $0[0].gaussianNegativeLogLikelihood(to: $0[1], variance: $0[2], epsilon: 0.25)
      },
    ]
  }

  private static func classes(_ x: Value, _ shape: Shape) -> Indices {
    Pass(x.tape, .train).indices(shape.count == 1 ? [1] : [2, 0, 4, 2], shape)
  }

  static var classCrossEntropy: [OperationCase] {
    let kind = OperationKind.classCrossEntropy
    func plain(_ variant: String, _ shape: Shape = [4], smoothing: Double = 0) -> OperationCase {
      OperationCase(kind, variant) {
        $0[0].crossEntropy(to: classes($0[0], shape), labelSmoothing: smoothing)
      }
    }
    func masked(_ variant: String, _ divisor: MaskedDivisor, smoothing: Double = 0)
      -> OperationCase
    {
      OperationCase(kind, variant, constants: [1]) {
        $0[0].crossEntropy(
          to: classes($0[0], [4]), labelSmoothing: smoothing, mask: $0[1], dividingBy: divisor)
      }
    }
    return [
      plain("plain"), plain("smooth", smoothing: 0.2), plain("one", .scalar),
      plain("block", [2, 2]), plain("far"), masked("observed", .observed), masked("every", .all),
      masked("observed_smooth", .observed, smoothing: 0.2),
      OperationCase(kind, "twice") {
        let target = classes($0[0], [4])
        return $0[0].square().crossEntropy(to: target) * $0[0].crossEntropy(to: target)
      },
    ]
  }

  static var crossEntropy: [OperationCase] {
    let kind = OperationKind.crossEntropy
    return ["plain", "one", "free"].map {
      OperationCase(kind, $0) { $0[0].crossEntropy(to: $0[1]) }
    }
      + [
        OperationCase(kind, "data", constants: [1]) { $0[0].crossEntropy(to: $0[1]) },
        OperationCase(kind, "observed", constants: [2]) {
          $0[0].crossEntropy(to: $0[1], mask: $0[2])
        },
        OperationCase(kind, "every", constants: [2]) {
          $0[0].crossEntropy(to: $0[1], mask: $0[2], dividingBy: .all)
        },
      ]
  }
}
