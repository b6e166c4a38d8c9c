package import ThalwegRecord

/// One term of a loss: its form, and what bounds its value and its gradient with respect to the
/// predictions of one unit.
package struct PenaltyTerm: Sendable {
  package enum Weight: Sendable, Equatable {
    case number(Double)
    /// The key of the configuration that holds it.
    case key(String)
  }

  package var name: String
  package var form: PenaltyForm
  package var weight: Weight
  /// What the weight is multiplied with at most.
  package var multiplier = 1.0
  package var statistic = PenaltyStatistic.range
  package var floor = 0.5
  /// Whether the mean over items or pairs is taken, and not the sum.
  package var isMean = true
  /// The largest error that can be; nil: not told.
  package var largestError: Double?
  /// The smallest prediction that can be; nil: not told.
  package var leastPrediction: Double?
  /// The part of the loss that several terms make together.
  package var group: String
  package var place: Place

  package init(
    name: String, form: PenaltyForm, weight: Weight, place: Place = Place(source: 0, position: nil)
  ) {
    self.name = name
    self.form = form
    self.weight = weight
    self.place = place
    group = name
  }

  /// The largest value of the term at weight `w`; nil: it has none.
  package func valueBound(weight w: Double) -> Double? {
    let w = w * multiplier
    switch form {
    // The ratio lies within 0 and 1 where the statistic of the predictions is not below 0.
    case .ratio: return isNeverNegative ? w : nil
    case .varianceFloor: return w * floor
    case .squaredError:
      guard let largestError, isMean else { return nil }
      return w * largestError * largestError
    case .meanGap: return largestError.map { w * $0 }
    case .hinge, .rankingHinge, .other: return nil
    }
  }

  /// The largest Euclidean norm of the gradient with respect to the n predictions of a unit; nil
  /// where nothing bounds it.
  package func gradientBound(weight w: Double, items n: Int) -> GradientBound? {
    let (w, count) = (w * multiplier, Double(n))
    switch form {
    // n entries of w / n.
    case .meanGap: return GradientBound(w / count.squareRoot())
    case .hinge: return GradientBound(isMean ? w / count.squareRoot() : w * count.squareRoot())
    case .ratio:
      switch statistic {
      case .mean: return GradientBound(w / count.squareRoot(), over: .mean)
      case .maximum: return GradientBound(w, over: .maximum)
      case .range: return n < 2 ? nil : GradientBound(w * 2.0.squareRoot(), over: .range)
      case .deviation: return deviationBound(w, n)
      }
    case .varianceFloor: return deviationBound(w, n)
    case .rankingHinge: return n < 2 ? GradientBound(0) : GradientBound(w * rankingFactor(n))
    case .squaredError:
      return largestError.map {
        GradientBound(2 * w * $0 * (isMean ? 1 / count.squareRoot() : count.squareRoot()))
      }
    case .other: return nil
    }
  }

  private var isNeverNegative: Bool {
    statistic == .range || statistic == .deviation || leastPrediction.map { $0 >= 0 } ?? false
  }

  /// The gradient of a sample deviation has norm 1 / sqrt(n - 1).
  private func deviationBound(_ w: Double, _ n: Int) -> GradientBound? {
    n < 2 ? nil : GradientBound(w / Double(n - 1).squareRoot(), over: .deviation)
  }

  /// A pair's gradient is 1 and -1. The mean over some of the pairs has at most the norm of one,
  /// sqrt 2; the sum over all pairs has n - 1 at the one end, n - 3 at the next and so on, whose
  /// squares add up to n (n^2 - 1) / 3.
  private func rankingFactor(_ n: Int) -> Double {
    let count = Double(n)
    return isMean ? 2.0.squareRoot() : (count * (count * count - 1) / 3).squareRoot()
  }
}

extension PenaltyTerm {
  /// The largest gradient in terms of the target range alone, for any number of items: among n
  /// values of a given range the deviation is least where all but two lie in the middle,
  /// R / sqrt(2 (n - 1)), so that w / (sqrt(n - 1) std) is at most w sqrt 2 / R, and equal for two.
  package func boundOverRange(weight w: Double) -> Double? {
    switch (form, statistic) {
    case (.varianceFloor, _), (.ratio, .deviation), (.ratio, .range):
      w * multiplier * 2.0.squareRoot()
    default: nil
    }
  }
}
