private import CKernels
private import ThalwegTensor

extension Operation {
  static let largest = Operation.reduction("largest", TW_LARGEST)
}

extension Value {
  /// The largest of all entries; the derivative is shared evenly by those that are equal to it, as
  /// torch's `amax` does. A NaN among them comes through.
  /// - Precondition: there is an entry.
  public func maximum() -> Value {
    requireEntry("maximum")
    return reduced(.largest, "maximum", Reduction())
  }

  /// The largest along `axis`, which stays with extent 1 unless `keepingAxis` is false; the derivative
  /// as in `maximum()`.
  /// - Precondition: the axis has an entry, or the result has none.
  public func maximum(axis: Int, keepingAxis: Bool = true) -> Value {
    let reduction = Reduction(self, axis: axis, keepingAxis: keepingAxis, "maximum")
    if reduction.shape.count > 0 { requireEntry("maximum") }
    return reduced(.largest, "maximum", reduction)
  }
}
