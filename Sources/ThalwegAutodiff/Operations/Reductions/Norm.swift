private import CKernels
private import ThalwegTensor

/// How the length of a vector is measured.
public enum Norm: String, Sendable, CaseIterable {
  /// The sum of the magnitudes: dy/dx = sign(x), 0 at 0.
  case l1
  /// The root of the sum of squares: dy/dx = x / y, 0 for the vector of zeros. The entries are
  /// scaled by the largest, so that no square overflows or vanishes.
  case l2
  /// The largest magnitude: dy/dx = sign(x), shared evenly by the entries that have it, 0 for the
  /// vector of zeros.
  case infinity

  fileprivate var operation: OperationKind {
    switch self {
    case .l1: .l1Norm
    case .l2: .l2Norm
    case .infinity: .infinityNorm
    }
  }
}

extension Operation {
  static let l1Norm = Operation.reduction("l1Norm", TW_L1_NORM)
  static let l2Norm = Operation.reduction("l2Norm", TW_L2_NORM)
  static let infinityNorm = Operation.reduction("infinityNorm", TW_INFINITY_NORM)
}

extension Value {
  /// The length of all entries as one vector; 0 where there are none. `Norm` states the derivatives.
  public func norm(_ norm: Norm = .l2) -> Value {
    reduced(norm.operation, "norm", Reduction())
  }

  /// The lengths along `axis`, which stays with extent 1 unless `keepingAxis` is false.
  public func norm(_ norm: Norm = .l2, axis: Int, keepingAxis: Bool = true) -> Value {
    reduced(norm.operation, "norm", Reduction(self, axis: axis, keepingAxis: keepingAxis, "norm"))
  }
}
