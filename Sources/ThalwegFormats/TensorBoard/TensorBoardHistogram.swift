/// How many values of a tensor lay between which bounds.
package struct TensorBoardHistogram: Equatable, Sendable {
  /// The smallest and the largest value. The form of TensorFlow 2 records the buckets alone: then
  /// the outer edges of those that hold something, and nil where none does.
  package var min: Double?
  package var max: Double?
  package var count: Double
  /// nil: not recorded, as in the form of TensorFlow 2.
  package var sum: Double?
  package var sumOfSquares: Double?
  /// The bounds of the buckets, one more than there are buckets; empty where there are none. The
  /// older form has no lower bound of its first bucket: there stands the lowest finite number.
  package var edges: [Double]
  package var counts: [Double]

  package init(
    min: Double?, max: Double?, count: Double, sum: Double?, sumOfSquares: Double?,
    edges: [Double], counts: [Double]
  ) {
    self.min = min
    self.max = max
    self.count = count
    self.sum = sum
    self.sumOfSquares = sumOfSquares
    self.edges = edges
    self.counts = counts
  }
}
