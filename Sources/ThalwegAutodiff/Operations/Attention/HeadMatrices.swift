internal import ThalwegTensor

/// A matrix for each head of each sequence, all within one tensor; strides count entries.
struct HeadMatrices {
  var base: UnsafeMutableRawPointer
  var batchStride: Int
  var headStride: Int
  var rowStride: Int

  /// The matrices without their first rows.
  func rows(from first: Int, _ type: ScalarType) -> HeadMatrices {
    var rest = self
    rest.base += first * rowStride * type.width
    return rest
  }

  /// The matrix of piece `index`: heads vary fastest.
  func matrix(_ index: Int, heads: Int, _ type: ScalarType) -> UnsafeMutableRawPointer {
    base + (index / heads * batchStride + index % heads * headStride) * type.width
  }
}

extension HeadMatrices {
  /// One matrix for all heads.
  init(shared base: UnsafeMutableRawPointer, rowStride: Int) {
    self.init(base: base, batchStride: 0, headStride: 0, rowStride: rowStride)
  }
}
