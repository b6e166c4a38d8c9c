private import ThalwegTensor

extension Value {
  /// Two values side by side along `axis`, without a list to allocate.
  package func joined(with other: Value, axis: Int) -> Value {
    let first = tape.node(self, "concatenate").pointee.shape
    let second = tape.node(other, "concatenate").pointee.shape
    var extents = first.extents
    extents[axis] = second.extents[axis]
    if axis < 0 || axis >= first.rank || Shape(rank: first.rank, extents: extents) != second {
      mistake(
        "concatenate: shapes \(first) and \(second) do not fit along axis \(axis), "
          + tape.whereabouts)
    }
    extents[axis] += first.extents[axis]
    let start = tape.nextOperand
    tape.appendOperand(id)
    tape.appendOperand(other.id)
    return tape.apply(
      .concatenate, Shape(rank: first.rank, extents: extents), operandsFrom: start,
      attributes: SIMD4(Double(axis), 0, 0, 0))
  }
}
