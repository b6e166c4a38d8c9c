/// A run of numbers that tensors are views of.
struct TorchStorage: Equatable {
  /// What the file calls it.
  let key: String
  /// nil: bytes of no type.
  let element: ElementType?
  let elementCount: Int

  /// nil where it is beyond 64 bits.
  var bytes: Int? {
    let (bytes, overflow) = elementCount.multipliedReportingOverflow(by: element?.width ?? 1)
    return overflow ? nil : bytes
  }
}
