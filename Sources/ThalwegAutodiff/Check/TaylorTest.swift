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
  private static let halvings = 4...20

  private let replay: Replay
  private let term: Int
  private let seed: UInt64

  init(_ replay: Replay, term: Int, seed: UInt64) {
    self.replay = replay
    self.term = term
    self.seed = seed
  }

  /// - Parameters:
  ///   - indices: the parameters that the term reaches.
  ///   - gradient: the term's gradient, without its weight, an entry for each of their numbers.
  func run(_ indices: [Int], _ gradient: [[Double]]) -> GradientCheck.Remainder {
    if indices.isEmpty { return .noPath }
    var isKinked = false
    var worst: Double?
    for attempt in 0..<TaylorTest.directions {
      let direction = self.direction(indices, attempt)
      let products = zip(gradient, direction).flatMap { pair in zip(pair.0, pair.1).map { $0 * $1 }
      }
      let claimed = products.reduce(0, +)
      let move = Move(replay, indices, direction)
      let orders = orders(move, claimed)
      if orders.isKinked { isKinked = true }
      // A direction that shows nothing takes nothing back of what another has shown.
      guard let order = orders.remainder else { continue }
      if order >= 1.9 { return .ofOrder(order) }
      // A wrong gradient leaves a part of first order that the even part lacks.
      if let even = orders.even, even < 1.9 || order >= even - 0.1 {
        isKinked = true
      } else if !agrees(move, claimed, products.reduce(0) { $0 + abs($1) }) {
        worst = order
      }
    }
    if let worst { return .ofOrder(worst) }
    return isKinked ? .kinks : .belowRounding
  }

  /// Random moves in proportion to the usual size of each tensor's numbers.
  private func direction(_ indices: [Int], _ attempt: Int) -> [[Double]] {
    let parameters = replay.tape.parameters
    return indices.map { index in
      let segment = parameters.segments[index]
      let stream = RandomStream(seed: seed, path: "taylor.\(term).\(attempt).\(segment.path)")
      let squares = (0..<segment.shape.count).reduce(0.0) {
        $0 + parameters.values[segment.offset + $1] * parameters.values[segment.offset + $1]
      }
      let size = squares == 0 ? 0.1 : (squares / Double(segment.shape.count)).squareRoot()
      return (0..<segment.shape.count).map { size * stream.normal($0) }
    }
  }

  /// The orders of the remainder and of its even part L(p + h v) - 2 L(p) + L(p - h v), which knows
  /// nothing of the gradient; nil where too little stands out of rounding.
  private func orders(
    _ move: Move, _ claimed: Double
  ) -> (remainder: Double?, even: Double?, isKinked: Bool) {
    let base = move.loss(0, of: term)
    let noise = noise(move, base)
    let floor = max(
      1e3 * ScalarType.float64.unitRoundoff * max(abs(base), .leastNormalMagnitude),
      8 * noise.size)
    var (remainders, evens): ([Double?], [Double?]) = ([], [])
    for power in TaylorTest.halvings {
      let h = 0.5.power(power)
      let (above, below) = (move.loss(h, of: term), move.loss(-h, of: term))
      func kept(_ number: Double) -> Double? { number.isFinite && number > floor ? number : nil }
      // The even part is twice the remainder for a right gradient.
      remainders.append(kept(abs(above - base - h * claimed)))
      evens.append(kept(abs(above - 2 * base + below) / 2))
    }
    move.restore()
    return (TaylorTest.order(remainders), TaylorTest.order(evens), noise.isKinked)
  }

  /// Whether the slope along the direction is the claimed one: what is left is then rounding.
  private func agrees(_ move: Move, _ claimed: Double, _ reference: Double) -> Bool {
    let base = move.loss(0, of: term)
    defer { move.restore() }
    let slope = Slope(base: base, step: 0x1p-17, size: abs(base), reference: reference)
    return slope.compare(claimed) { move.loss($0, of: term) }.verdict != .disagrees
  }

  /// The fourth difference over short steps, which is rounding and next to nothing else: a small term
  /// may be the difference of large numbers, whose rounding its own size does not show. At a kink it
  /// shrinks with the step, as rounding does not.
  private func noise(_ move: Move, _ base: Double) -> (size: Double, isKinked: Bool) {
    let fourths = (14...18).map { power -> Double in
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
