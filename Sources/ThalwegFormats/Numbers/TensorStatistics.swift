/// What the numbers of a tensor are like. Smallest to norm are of the finite ones, in Double, and
/// nil where there is none; of complex numbers they and the zeros are those of the magnitudes.
package struct TensorStatistics: Sendable, Equatable {
  package var count = 0
  package var zeros = 0
  package var nans = 0
  package var infinities = 0
  /// Of the infinities, those below 0.
  package var negativeInfinities = 0
  package var smallest: Double?
  package var largest: Double?
  package var mean: Double?
  /// The root of the mean squared distance from the mean.
  package var deviation: Double?
  /// The root of the sum of squares.
  package var norm: Double?

  package var finiteCount: Int { count - nans - infinities }
}
