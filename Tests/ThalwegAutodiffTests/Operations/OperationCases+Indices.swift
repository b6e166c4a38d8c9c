import ThalwegAutodiff
import ThalwegTensor

/// Cases of what reads by index and of what chooses.
extension OperationCases {
  /// Indices as data on the tape of a value.
  private static func places(_ numbers: [Int32], _ shape: Shape, beside value: Value) -> Indices {
    Pass(value.tape, .train).indices(numbers, shape)
  }

  static var indices: [OperationCase] {
    [
      OperationCase(.indices, "rows") {
        $0[0].rows(at: places([2, 0, 2], [3], beside: $0[0]))
      }
    ]
  }

  static var select: [OperationCase] {
    [
      OperationCase(.select, "rows") {
        $0[0].rows(at: places([3, 1, 0, 3], [2, 2], beside: $0[0]))
      },
      OperationCase(.select, "axis1") {
        $0[0].selected(places([2, 0], [2], beside: $0[0]), axis: 1)
      },
      OperationCase(.select, "axis2") {
        $0[0].selected(places([3, 3, 0, 1, 2], [5], beside: $0[0]), axis: 2)
      },
      OperationCase(.select, "block") {
        $0[0].selected(places([2, 1, 0, 2], [2, 2], beside: $0[0]), axis: 1)
      },
      OperationCase(.select, "scalar") {
        $0[0].selected(places([1], [], beside: $0[0]), axis: 1)
      },
      OperationCase(.select, "vector") {
        $0[0].selected(places([4, 4, 4], [3], beside: $0[0]), axis: 0)
      },
      OperationCase(.select, "none") { $0[0].rows(at: places([], [0], beside: $0[0])) * $0[1] },
      OperationCase(.select, "twice") {
        $0[0].rows(at: places([0, 1], [2], beside: $0[0]))
          * $0[0].rows(at: places([1, 2], [2], beside: $0[0]))
          + $0[0].rows(at: places([2, 2], [2], beside: $0[0]))
      },
    ]
  }

  private static let first: [Int32] = [1, 0, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0]
  private static let middle: [Int32] = [2, 0, 1, 1, 2, 2, 0, 1, 0, 0, 0, 0, 1, 2, 1, 2]
  private static let inner: [Int32] =
    [3, 3, 0, 1, 2, 3, 3, 0, 1, 2, 3, 3, 0, 1, 2] + [0, 1, 2, 3, 3, 0, 1, 2, 3, 3, 0, 1, 2, 3, 3]

  static var gather: [OperationCase] {
    [
      OperationCase(.gather, "axis0") {
        $0[0].gathered(places(first, [1, 3, 4], beside: $0[0]), axis: 0)
      },
      OperationCase(.gather, "axis1") {
        $0[0].gathered(places(middle, [2, 2, 4], beside: $0[0]), axis: 1)
      },
      OperationCase(.gather, "axis2") {
        $0[0].gathered(places(inner, [2, 3, 5], beside: $0[0]), axis: 2)
      },
      OperationCase(.gather, "vector") {
        $0[0].gathered(places([4, 4, 0], [3], beside: $0[0]), axis: 0)
      },
      OperationCase(.gather, "none") {
        $0[0].gathered(places([], [2, 0], beside: $0[0]), axis: 1) * $0[1]
      },
      OperationCase(.gather, "twice") {
        $0[0].gathered(places([2, 0], [2, 1], beside: $0[0]), axis: 1) * $0[0]
      },
    ]
  }

  static var scatterAdd: [OperationCase] {
    [
      OperationCase(.scatterAdd, "axis0") {
        $0[0].adding($0[1], at: places(first, [1, 3, 4], beside: $0[0]), axis: 0)
      },
      OperationCase(.scatterAdd, "axis1") {
        $0[0].adding($0[1], at: places(middle, [2, 2, 4], beside: $0[0]), axis: 1)
      },
      OperationCase(.scatterAdd, "axis2") {
        $0[0].adding($0[1], at: places(inner, [2, 3, 5], beside: $0[0]), axis: 2)
      },
      OperationCase(.scatterAdd, "vector") {
        $0[0].adding($0[1], at: places([1, 1, 1, 2], [4], beside: $0[0]), axis: 0)
      },
      OperationCase(.scatterAdd, "self") {
        $0[0].adding($0[0], at: places([1, 1, 0, 1], [2, 2], beside: $0[0]), axis: 1)
      },
      OperationCase(.scatterAdd, "none") {
        $0[0].adding(
          $0[0].sliced(axis: 0, from: 1, to: 1), at: places([], [0], beside: $0[0]), axis: 0)
      },
    ]
  }

  static var oneHot: [OperationCase] {
    [
      OperationCase(.oneHot, "block") {
        $0[0] * places([3, 0, 1, 1], [2, 2], beside: $0[0]).oneHot(4)
      },
      OperationCase(.oneHot, "scalar") { $0[0] * places([1], [], beside: $0[0]).oneHot(3) },
    ]
  }

  static var argMaximum: [OperationCase] {
    (0..<3).map { (axis: Int) in
      OperationCase(.argMaximum, "axis\(axis)") {
        $0[0].gathered($0[0].argMaximum(axis: axis), axis: axis)
      }
    }
  }

  static var argMinimum: [OperationCase] {
    (0..<3).map { (axis: Int) in
      OperationCase(.argMinimum, "axis\(axis)") {
        $0[0].gathered($0[0].argMinimum(axis: axis), axis: axis)
      }
    }
  }

  static var argSort: [OperationCase] {
    (0..<3).map { (axis: Int) in
      OperationCase(.argSort, "axis\(axis)") { $0[0].sorted(axis: axis).values }
    }
      + (0..<3).map { (axis: Int) in
        OperationCase(.argSort, "down\(axis)") {
          $0[0].sorted(axis: axis, descending: true).values.square()
        }
      } + [
        OperationCase(.argSort, "top") { $0[0].topK(2, axis: 1).values },
        OperationCase(.argSort, "top0") { $0[0].topK(3, axis: 0).values },
        OperationCase(.argSort, "long") { $0[0].sorted(axis: 0).values },
        OperationCase(.argSort, "empty") { $0[0].sorted(axis: 1).values * $0[1] },
      ]
  }

  static var cumulativeSum: [OperationCase] {
    (0..<3).map { (axis: Int) in
      OperationCase(.cumulativeSum, "axis\(axis)") { $0[0].cumulativeSum(axis: axis) }
    } + [
      OperationCase(.cumulativeSum, "wide") {
        $0[0].cumulativeSum(axis: 0).sum(axis: 1).reshaped(to: [2])
      },
      OperationCase(.cumulativeSum, "empty") { $0[0].cumulativeSum(axis: 0) * $0[1] },
      OperationCase(.cumulativeSum, "twice") {
        let sums = $0[0].cumulativeSum(axis: 0)
        return sums * $0[0] + sums.cumulativeSum(axis: 0)
      },
    ]
  }

  /// A choice as a cut and with its estimate, which central differences do not see.
  private static func estimates(
    _ kind: OperationKind,
    _ choice: @escaping @Sendable (Value, GradientEstimator) -> Value
  ) -> [OperationCase] {
    [
      OperationCase(kind, "cut", cut: [1]) { $0[0] * choice($0[1], .none) },
      OperationCase(kind, "through", estimated: [1]) { $0[0] * choice($0[1], .straightThrough) },
      OperationCase(kind, "both", estimated: [0]) { choice($0[0], .straightThrough) * $0[0] },
    ]
  }

  static var largestMask: [OperationCase] {
    [OperationCase(.largestMask, "factor") { $0[0] * $0[0].keeping(3).mask }]
      + estimates(.largestMask) { $0.largestMask(5, estimator: $1) }
  }

  static var round: [OperationCase] {
    estimates(.round) { $0.rounded(estimator: $1) } + [
      OperationCase(.round, "scalar", estimated: [0]) {
        $0[0].rounded(estimator: .straightThrough) * $0[1]
      }
    ]
  }

  static var step: [OperationCase] {
    estimates(.step) { $0.stepped(at: 0.25, estimator: $1) }
  }

  static var hardMaximum: [OperationCase] {
    estimates(.hardMaximum) { $0.hardMaximum(axis: 1, estimator: $1) }
      + [0, 2].map { (axis: Int) in
        OperationCase(.hardMaximum, "axis\(axis)", estimated: [1]) {
          $0[0] * $0[1].hardMaximum(axis: axis, estimator: .straightThrough)
        }
      }
  }
}
