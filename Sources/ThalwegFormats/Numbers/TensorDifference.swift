/// How the numbers of two tensors of one shape differ, in Double. Complex numbers are taken as
/// pairs of real ones. Norms and cosine are of the places where both are finite.
package struct TensorDifference: Sendable, Equatable {
  /// Real numbers that were compared.
  package var count = 0
  /// Places where one of the two is not finite.
  package var nonFinite = 0
  /// Whether type and every bit are the same.
  package var isSame = true
  package var firstNorm = 0.0
  package var secondNorm = 0.0
  package var norm = 0.0
  /// The largest distance of two numbers.
  package var largest = 0.0
  /// nil where a norm is 0, or so large or small that products leave the range of Double.
  package var cosine: Double?
}
