/// What a file says of the axes of a tensor.
enum Extents {
  /// The number of elements; nil where it is beyond 64 bits, as a hostile file may ask for.
  static func count(_ extents: [Int]) -> Int? {
    if extents.contains(0) { return 0 }
    var product = 1
    for extent in extents {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      product = next
    }
    return product
  }
}
