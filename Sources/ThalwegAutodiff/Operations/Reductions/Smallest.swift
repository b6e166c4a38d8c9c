private import CKernels
private import ThalwegTensor

extension Operation {
  static let smallest = Operation.reduction("smallest", TW_SMALLEST)
}

extension Value {
  /// The smallest of all entries; the derivative is shared evenly by those that are equal to it, as
  /// torch's `amin` does. A NaN among them comes through.
  /// - Precondition: there is an entry.
  public func minimum() -> Value {
    requireEntry("minimum")
    return reduced(.smallest, "minimum", Reduction())
  }

  /// The smallest along `axis`, which stays with extent 1 unless `keepingAxis` is false; the derivative
  /// as in `minimum()`.
  /// - Precondition: the axis has an entry, or the result has none.
  public func minimum(axis: Int, keepingAxis: Bool = true) -> Value {
    let reduction = Reduction(self, axis: axis, keepingAxis: keepingAxis, "minimum")
    if reduction.shape.count > 0 { requireEntry("minimum") }
    return reduced(.smallest, "minimum", reduction)
  }
}
