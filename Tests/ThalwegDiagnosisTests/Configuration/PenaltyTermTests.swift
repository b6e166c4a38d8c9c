import Testing
import ThalwegDiagnosis
import ThalwegRecord

/// Bounds against the terms themselves: largest values over grids, gradients by differences.
@Suite struct PenaltyTermTests {
  private static let terms: [PenaltyTerm] = {
    var terms: [PenaltyTerm] = []
    for statistic in PenaltyStatistic.allCases {
      var term = PenaltyTerm(name: "ratio of \(statistic)", form: .ratio, weight: .number(2))
      term.statistic = statistic
      term.leastPrediction = 0
      terms.append(term)
    }
    for (form, isMean) in [
      (PenaltyForm.meanGap, true), (.hinge, true), (.hinge, false), (.varianceFloor, true),
      (.rankingHinge, true), (.rankingHinge, false), (.squaredError, true), (.squaredError, false),
    ] {
      var term = PenaltyTerm(name: "\(form), \(isMean)", form: form, weight: .number(2))
      term.isMean = isMean
      term.largestError = 1
      term.multiplier = 1.5
      terms.append(term)
    }
    return terms
  }()

  private static func statistic(_ x: [Double], _ kind: PenaltyStatistic) -> Double {
    let mean = x.reduce(0, +) / Double(x.count)
    let (low, high) = (x.min() ?? 0, x.max() ?? 0)
    switch kind {
    case .mean: return mean
    case .maximum: return high
    case .range: return high - low
    case .deviation:
      return (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count - 1)).squareRoot()
    }
  }

  /// The term itself, written here once more from its formula.
  private static func value(_ term: PenaltyTerm, _ p: [Double], _ t: [Double], w: Double) -> Double
  {
    let (w, n) = (w * term.multiplier, Double(p.count))
    switch term.form {
    case .meanGap: return w * abs(statistic(p, .mean) - statistic(t, .mean))
    case .hinge:
      let sum = p.reduce(0) { $0 + max(0, 0.5 - $1) }
      return w * (term.isMean ? sum / n : sum)
    case .ratio:
      return w * max(0, 1 - statistic(p, term.statistic) / statistic(t, term.statistic))
    case .varianceFloor:
      return w * max(0, term.floor - statistic(p, .deviation) / statistic(t, .deviation))
    case .rankingHinge:
      var (sum, pairs) = (0.0, 0.0)
      for i in p.indices {
        for j in 0..<i where t[i] != t[j] {
          let (high, low) = t[i] > t[j] ? (i, j) : (j, i)
          sum += max(0, p[low] - p[high] + 0.05)
          pairs += 1
        }
      }
      return pairs == 0 ? 0 : w * (term.isMean ? sum / pairs : sum)
    case .squaredError:
      let sum = zip(p, t).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      return w * (term.isMean ? sum / n : sum)
    case .other: return 0
    }
  }

  private static func gradientNorm(_ term: PenaltyTerm, _ p: [Double], _ t: [Double]) -> Double {
    let step = 1e-6
    var squares = 0.0
    for index in p.indices {
      var (up, down) = (p, p)
      up[index] += step
      down[index] -= step
      let slope = (value(term, up, t, w: 2) - value(term, down, t, w: 2)) / (2 * step)
      squares += slope * slope
    }
    return squares.squareRoot()
  }

  /// All tuples of n grid points.
  private static func tuples(_ n: Int, _ grid: [Double]) -> [[Double]] {
    (0..<n).reduce([[]]) { tuples, _ in tuples.flatMap { head in grid.map { head + [$0] } } }
  }

  @Test(arguments: terms.indices)
  func noGridPointIsAboveAndOneReachesThem(index: Int) throws {
    let term = PenaltyTermTests.terms[index]
    let value = term.valueBound(weight: 2)
    for n in 2...3 {
      let bound = try #require(term.gradientBound(weight: 2, items: n), "\(term.name)")
      let targets = PenaltyTermTests.tuples(n, [0.003, 0.31, 0.62, 0.97])
      let predictions = PenaltyTermTests.tuples(n, [0, 0.011, 0.29, 0.613, 1])
      var (largest, steepest) = (0.0, 0.0)
      for t in targets where Set(t).count == n {
        let divisor = bound.over.map { PenaltyTermTests.statistic(t, $0) } ?? 1
        for p in predictions {
          largest = max(largest, PenaltyTermTests.value(term, p, t, w: 2))
          // A step to the side must not cross a kink: ties are left out.
          if Set(p).count < n { continue }
          steepest = max(steepest, PenaltyTermTests.gradientNorm(term, p, t) * divisor)
        }
      }
      #expect(steepest <= bound.size * (1 + 1e-5), "\(term.name), \(n): \(steepest) \(bound.size)")
      // A mean over pairs reaches its bound where all but one pair are left out: with two items.
      let isReached = n == 2 || term.form != .rankingHinge || !term.isMean
      if isReached && term.form != .squaredError {
        #expect(
          steepest >= bound.size * (1 - 1e-5), "\(term.name), \(n): \(steepest) \(bound.size)")
      } else {
        #expect(steepest > bound.size / 2, "\(term.name), \(n)")
      }
      guard let value else { continue }
      // Equal targets belong to the grid of terms that do not divide by their spread.
      if bound.over == nil {
        let (zeros, ones) = ([Double](repeating: 0, count: n), [Double](repeating: 1, count: n))
        largest = max(largest, PenaltyTermTests.value(term, zeros, ones, w: 2))
      }
      #expect(largest <= value * (1 + 1e-12), "\(term.name): \(largest) \(value)")
      #expect(largest >= value * 0.9, "\(term.name): \(largest) \(value)")
    }
  }

  @Test func capsOfTheVarianceFloor() {
    let term = PenaltyTerm(name: "v", form: .varianceFloor, weight: .number(10))
    #expect(term.valueBound(weight: 10) == 5)
    #expect(term.valueBound(weight: 2) == 1)
    // Equal predictions reach it, whatever the targets are.
    #expect(isNear(PenaltyTermTests.value(term, [0.4, 0.4], [0.1, 0.9], w: 10), 5))
  }

  /// For two signals the range penalty and the floor pull the same way.
  @Test(arguments: [0.5, 0.05, 0.005, 0.0005])
  func bothSpreadPenaltiesReachTheSumOverTheRange(range: Double) {
    var ratio = PenaltyTerm(name: "r", form: .ratio, weight: .number(1))
    ratio.statistic = .range
    let floor = PenaltyTerm(name: "v", form: .varianceFloor, weight: .number(1))
    let (t, p) = ([0.4, 0.4 + range], [0.5, 0.5 + range / 10])
    let step = range * 1e-6
    func loss(_ p: [Double]) -> Double {
      PenaltyTermTests.value(ratio, p, t, w: 2) + PenaltyTermTests.value(floor, p, t, w: 10)
    }
    var squares = 0.0
    for index in 0..<2 {
      var (up, down) = (p, p)
      up[index] += step
      down[index] -= step
      let slope = (loss(up) - loss(down)) / (2 * step)
      squares += slope * slope
    }
    let norm = squares.squareRoot()
    #expect(isNear(norm * range, 12 * 2.0.squareRoot(), within: 1e-6))
    let bounds = [ratio.boundOverRange(weight: 2), floor.boundOverRange(weight: 10)]
    #expect(isNear(bounds.compactMap { $0 }.reduce(0, +), 16.970562748477143))
  }

  /// More items of one range: the deviation is least where the others lie in the middle.
  @Test func theBoundOverTheRangeHoldsForMoreItems() throws {
    let floor = PenaltyTerm(name: "v", form: .varianceFloor, weight: .number(2))
    for n in 2...6 {
      var t = [Double](repeating: 0.5, count: n)
      (t[0], t[n - 1]) = (0.4, 0.6)
      var p = (0..<n).map { 0.5 + 0.0001 * Double($0) }
      p[n - 1] = 0.5007
      let norm = PenaltyTermTests.gradientNorm(floor, p, t)
      let bound = try #require(floor.boundOverRange(weight: 2))
      #expect(isNear(norm, bound / 0.2, within: 1e-5), "\(n)")
    }
  }

  @Test func noBoundWhereTheFormHasNone() {
    var term = PenaltyTerm(name: "x", form: .other, weight: .number(1))
    #expect(term.valueBound(weight: 1) == nil && term.gradientBound(weight: 1, items: 2) == nil)
    term.form = .squaredError
    #expect(term.gradientBound(weight: 1, items: 2) == nil)
    term.form = .ratio
    term.statistic = .maximum
    #expect(term.valueBound(weight: 1) == nil)
  }
}
