private import ThalwegTensor

#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// The remainder |L(p + h v) - L(p) - h g.v| of one loss term along random directions v over halved
/// h: of second order where g is the gradient.
struct TaylorTest {
  private static let directions = 4
  private static let halvings = 4...28

  private let replay: Replay
  private let term: Int
  private let seed: UInt64
  private let nudges: [Nudge]
  /// Whether kinks were found on the way to the term.
  private let hasKinks: Bool

  init(_ replay: Replay, term: Int, seed: UInt64, nudges: [Nudge], hasKinks: Bool) {
    self.replay = replay
    self.term = term
    self.seed = seed
    self.nudges = nudges
    self.hasKinks = hasKinks
  }

  /// - Parameters:
  ///   - indices: the parameters that the term reaches.
  ///   - gradient: the term's gradient, without its weight, an entry for each of their numbers.
  func run(_ indices: [Int], _ gradient: [[Double]]) -> GradientCheck.Remainder {
    if indices.isEmpty { return .noPath }
    var isKinked = false
    var worst: Double?
    for attempt in 0..<TaylorTest.directions {
      let stream = RandomStream(seed: seed, path: "taylor.\(term).\(attempt)")
      let direction = indices.map { replay.tape.parameters.scatter($0, stream) }
      let found = order(Move(replay, indices, direction), Claim(gradient, direction))
      if found.isKinked { isKinked = true }
      // What one direction has shown another takes nothing back of.
      guard let order = found.order else { continue }
      if order >= 1.9 {
        if worst == nil { return .ofOrder(order) }
        continue
      }
      if isExcused(indices, gradient, direction) { isKinked = true } else { worst = order }
    }
    if let worst { return .ofOrder(worst) }
    return isKinked ? .kinks : .belowRounding
  }

  /// The slope that a gradient claims along a direction.
  private struct Claim {
    let slope: Double
    /// The sum of the sizes of the products.
    let reference: Double

    init(_ gradient: [[Double]], _ direction: [[Double]]) {
      let products = zip(gradient, direction).flatMap { zip($0, $1).map { $0 * $1 } }
      slope = products.reduce(0, +)
      reference = products.reduce(0) { $0 + abs($1) }
    }
  }

  /// Whether a low order says nothing against the gradient: the slope along the direction is the
  /// claimed one, or lies at a kink; or it is a slope a little off, where the kink is not.
  private func isExcused(
    _ indices: [Int], _ gradient: [[Double]], _ direction: [[Double]]
  ) -> Bool {
    let claim = Claim(gradient, direction)
    func agrees(_ gradient: [[Double]]) -> Bool {
      // The shorter steps resolve what is steep, the longer ones rise out of rounding.
      let claim = Claim(gradient, direction)
      func outcome(_ step: Double) -> Slope.Outcome {
        slope(Move(replay, indices, direction), claim, step)
      }
      let long = outcome(0x1p-13)
      if long.verdict != .disagrees { return true }
      let short = outcome(0x1p-19)
      // Else the shorter steps only see less.
      let isCloser =
        abs(short.numeric - claim.slope) < 0.1 * abs(long.numeric - claim.slope)
      return short.verdict == .kink || short.verdict == .agrees && isCloser
    }
    if agrees(gradient) { return true }
    let isTried = hasKinks || !slope(Move(replay, indices, direction), claim, 0x1p-13).isSmooth
    return isTried
      && nudges.allSatisfy { nudge in
        nudge { gradients in agrees(indices.map { gradients.terms[term][$0] ?? [] }) } ?? false
      }
  }

  /// The order of the remainder, nil where too little stands out of rounding.
  private func order(_ move: Move, _ claim: Claim) -> (order: Double?, isKinked: Bool) {
    let base = move.loss(0, of: term)
    let noise = noise(move, base)
    let floor = max(
      1e3 * ScalarType.float64.unitRoundoff * max(abs(base), .leastNormalMagnitude),
      8 * noise.size)
    let remainders = TaylorTest.halvings.map { power -> Double? in
      let h = 0.5.power(power)
      let remainder = abs(move.loss(h, of: term) - base - h * claim.slope)
      return remainder.isFinite && remainder > floor ? remainder : nil
    }
    move.restore()
    return (TaylorTest.order(remainders), noise.isKinked)
  }

  /// The slope along a direction beside the claimed one.
  private func slope(_ move: Move, _ claim: Claim, _ step: Double) -> Slope.Outcome {
    let base = move.loss(0, of: term)
    defer { move.restore() }
    let noise = noise(move, base)
    let size = noise.isKinked ? 0 : noise.size / (4 * ScalarType.float64.unitRoundoff)
    let slope = Slope(
      base: base, step: step, size: max(abs(base), size), reference: claim.reference)
    return slope.compare(claim.slope) { move.loss($0, of: term) }
  }

  /// The fourth difference over short steps, which is rounding and next to nothing else: a small term
  /// may be the difference of large numbers, whose rounding its own size does not show. At a kink it
  /// shrinks with the step, as rounding does not.
  private func noise(_ move: Move, _ base: Double) -> (size: Double, isKinked: Bool) {
    let fourths = (22...26).map { power -> Double in
      let h = 0.5.power(power)
      let near = move.loss(h, of: term) + move.loss(-h, of: term)
      let far = move.loss(2 * h, of: term) + move.loss(-2 * h, of: term)
      return abs(far - 4 * near + 6 * base)
    }.filter(\.isFinite)
    guard let first = fourths.first, let last = fourths.last else { return (0, false) }
    let isKinked = zip(fourths, fourths.dropFirst()).allSatisfy { $0 > 1.5 * $1 } && last > 0
    return (isKinked ? min(first, last) : fourths.max() ?? 0, isKinked)
  }

  /// The middle of the last orders that two remainders each have.
  private static func order(_ remainders: [Double?]) -> Double? {
    let orders = zip(remainders, remainders.dropFirst()).compactMap { wide, near in
      wide.flatMap { wide in near.map { log2(wide / $0) } }
    }
    let last = orders.suffix(5).sorted()
    return last.isEmpty ? nil : last[last.count / 2]
  }
}
