import CKernels

/// An axis of a tensor, as kernels that reduce along it see it.
struct KernelAxis {
  let outer: Int
  let extent: Int
  let inner: Int

  init(_ outer: Int, _ extent: Int, _ inner: Int) {
    self.outer = outer
    self.extent = extent
    self.inner = inner
  }

  /// Rows, columns and both, around the widths at which the kernels change their ways; none.
  static var all: [KernelAxis] {
    [
      KernelAxis(1, 1, 1), KernelAxis(1, 7, 1), KernelAxis(2, 64, 1), KernelAxis(3, 1100, 1),
      KernelAxis(1, 5, 3), KernelAxis(2, 33, 7), KernelAxis(3, 4, 70), KernelAxis(2, 1, 5),
      KernelAxis(1, 70, 65), KernelAxis(0, 3, 2), KernelAxis(2, 3, 0),
    ]
  }

  var raw: tw_axis { tw_axis(outer: Int64(outer), extent: Int64(extent), inner: Int64(inner)) }
  /// The number of entries.
  var count: Int { outer * extent * inner }
  /// The number of results.
  var results: Int { outer * inner }

  /// The places of the entries that make result `index`.
  func places(_ index: Int) -> [Int] {
    let (o, c) = (index / inner, index % inner)
    return (0..<extent).map { (o * extent + $0) * inner + c }
  }
}
