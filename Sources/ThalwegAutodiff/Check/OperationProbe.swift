private import ThalwegTensor

/// One operation of a step alone: its derivative with respect to one operand against central
/// differences, with the numbers that the operation has in this model.
///
/// With a random cotangent w and a random direction v of the operand x: <vjp(w), v> beside the slope
/// of <w, y(x + t v)> at t = 0. Where both kinds of slope differ by the same factor in every draw,
/// the derivative is wrong by that factor.
struct OperationProbe {
  private static let step = 0x1p-17
  private static let draws = 3
  /// Computations after which no further kinks of one operand are looked for.
  private static let budget = 20_000

  private let replay: Replay
  private let tape: Tape
  private let index: Int
  private let source: Int
  private let x: [Double]
  private let y: [Double]
  private let stream: RandomStream
  /// Whether the operand stands a little off the step's own numbers.
  private let isNudged: Bool
  /// Entries that lie at a kink.
  private var kinked: Set<Int> = []
  /// Whether what the tape chose at one of them, which several results depend on, is no slope there.
  private var isDoubtful = false
  /// The same for an entry that one result depends on: what is chosen then has to be a slope.
  private var isWrongAtKink = false
  private var evaluations = 0

  /// - Parameters:
  ///   - index: the node.
  ///   - source: the operand's node; all of its uses by the operation are moved together.
  init(_ replay: Replay, _ index: Int, operand source: Int, seed: UInt64, isNudged: Bool = false) {
    self.replay = replay
    self.isNudged = isNudged
    tape = replay.tape
    self.index = index
    self.source = source
    x = OperationProbe.numbers(replay.tape.nodes + source)
    y = OperationProbe.numbers(replay.tape.nodes + index)
    stream = RandomStream(seed: seed, path: "check.\(index).\(source)")
  }

  private static func numbers(_ node: UnsafeMutablePointer<Node>) -> [Double] {
    let start = node.pointee.value.assumingMemoryBound(to: Double.self)
    return Array(UnsafeBufferPointer(start: start, count: node.pointee.shape.count))
  }

  /// What the derivative is, and how many entries of the operand lie at a kink.
  mutating func run() -> (verdict: GradientCheck.Verdict, kinks: Int, error: Double) {
    if x.isEmpty || y.isEmpty { return (.unchecked("the operand or the result is empty"), 0, 0) }
    if !y.allSatisfy(\.isFinite) { return (.unchecked("its value is not finite"), 0, 0) }
    var outcomes: [Comparison] = []
    for draw in 0..<OperationProbe.draws {
      let w = cotangent(draw)
      let gradient = derivative(w)
      if draw == 0, !adds(w, gradient) { return (.notAdded, 0, 0) }
      let whole = direction(draw)
      let directions = [whole, slight(whole, gradient, 1e-3), slight(whole, gradient, 1e-6)]
      for v in directions where v.contains(where: { $0 != 0 }) {
        let found = compare(gradient, w, v)
        if !found.outcome.isSmooth {
          if !leaveOutZeros(gradient, w, v) && !locate(gradient, w, v, 0..<x.count) {
            return (.unchecked("too many kinks"), kinked.count, 0)
          }
          outcomes.append(compare(gradient, w, v))
        } else {
          outcomes.append(found)
        }
      }
    }
    let compared = outcomes.filter { $0.outcome.verdict != .unsettled }
    let worst = compared.map(\.outcome.share).max() ?? 0
    let isWrong = compared.contains { $0.outcome.verdict == .disagrees }
    let hasKinks = !kinked.isEmpty
    if isWrongAtKink || isDoubtful && (isNudged || !isRightNearby()) {
      return (.wrong(factor: nil), kinked.count, worst)
    }
    if isWrong {
      let factor = OperationProbe.factor(compared)
      // What a large result has swallowed of its change is in no difference.
      if factor == nil && compared.allSatisfy(\.isSwallowed) {
        return (.hiddenByRounding, kinked.count, 0)
      }
      return (.wrong(factor: factor), kinked.count, worst)
    }
    if kinked.count == x.count { return (.unchecked("every entry is at a kink"), x.count, 0) }
    let isZero = compared.allSatisfy {
      $0.claimed == 0 && abs($0.outcome.numeric) <= $0.uncertainty
    }
    if isZero && compared.count < outcomes.count { return (.hiddenByRounding, kinked.count, 0) }
    if isZero {
      return (
        .unchecked(
          hasKinks
            ? "the derivative is 0 at the entries that are at no kink"
            : "the derivative is 0 with these numbers"), kinked.count, 0
      )
    }
    return (.right, kinked.count, worst)
  }

  /// Whether the derivative is right a little off the step's numbers, twice: what a tape chooses at a
  /// kink of several entries need not be a slope, as for the largest of equal entries.
  private func isRightNearby() -> Bool {
    (0..<2).allSatisfy { number in
      let mark = tape.mark
      let (target, own) = (tape.nodes + source, tape.nodes[source].value)
      let nudges = RandomStream(seed: stream.seed, path: "check.nudge.\(number).\(index).\(source)")
      let least = x.smallestSize
      let moved = x.indices.map { entry in
        !x[entry].isFinite
          ? x[entry]
          : x[entry] + Nudge.length * max(abs(x[entry]), least) * nudges.normal(entry)
      }
      if !replay.isView(index) { target.pointee.value = tape.take(target.pointee.shape) }
      tape.write(moved, target.pointee.value)
      tape.compute(at: index)
      defer {
        target.pointee.value = own
        if replay.isView(index) { tape.write(x, own) } else { tape.compute(at: index) }
        tape.rewind(to: mark)
      }
      var probe = OperationProbe(
        replay, index, operand: source, seed: stream.seed, isNudged: true)
      return probe.run().verdict == .right
    }
  }

  private func cotangent(_ draw: Int) -> [Double] {
    let start = 2 * draw * (x.count + y.count)
    return y.indices.map { stream.normal(start + $0) }
  }

  /// Moves in proportion to the numbers themselves, no less than their usual size allows.
  private func direction(_ draw: Int) -> [Double] {
    let start = 2 * draw * (x.count + y.count) + y.count
    let finite = x.filter(\.isFinite)
    let mean = finite.reduce(0) { $0 + $1 * $1 } / Double(max(finite.count, 1))
    let least = mean == 0 ? 1 : min(1, mean.squareRoot())
    return x.indices.map { entry in
      kinked.contains(entry) || !x[entry].isFinite
        ? 0 : stream.normal(start + entry) * max(abs(x[entry]), least)
    }
  }

  /// The moves of those entries alone that bring less than a share of what the largest does: an error
  /// in them is none beside the others.
  private func slight(_ v: [Double], _ gradient: [Double], _ share: Double) -> [Double] {
    let parts = zip(v, gradient).map { abs($0 * $1) }
    let most = share * (parts.filter(\.isFinite).max() ?? 0)
    return zip(v, parts).map { $1 < most ? $0 : 0 }
  }

  /// The operation's derivative with respect to the operand for the cotangent `w`.
  private func derivative(_ w: [Double], onto present: Double? = nil) -> [Double] {
    let mark = tape.mark
    defer { tape.rewind(to: mark) }
    let (node, target) = (tape.nodes + index, tape.nodes + source)
    for position in 0..<Int(node.pointee.operandCount) {
      tape.nodes[tape.operand(node, position)].gradient = nil
    }
    let arrived = tape.take(node.pointee.shape)
    tape.write(w, arrived)
    node.pointee.gradient = arrived
    if let present {
      let place = tape.gradientMemory(of: target)
      tape.write([Double](repeating: present, count: x.count), place)
      target.pointee.gradient = place
    }
    tape.derive(at: index)
    node.pointee.gradient = nil
    defer { target.pointee.gradient = nil }
    guard let came = target.pointee.gradient else {
      return [Double](repeating: 0, count: x.count)
    }
    let start = came.assumingMemoryBound(to: Double.self)
    return Array(UnsafeBufferPointer(start: start, count: x.count))
  }

  /// Whether the derivative is added to what other uses of the operand have brought.
  private func adds(_ w: [Double], _ alone: [Double]) -> Bool {
    let present = 1 + (alone.map { abs($0) }.filter(\.isFinite).max() ?? 0)
    return zip(derivative(w, onto: present), alone).allSatisfy { sum, part in
      !part.isFinite || abs(sum - (present + part)) <= 1e-12 * present
    }
  }

  private struct Comparison {
    let claimed: Double
    let outcome: Slope.Outcome

    /// What the rounding of results may come to that have not changed whatever was moved.
    let swallowed: Double
    /// Whether that might explain the difference.
    var isSwallowed: Bool {
      outcome.verdict != .disagrees
        || outcome.isSmooth && abs(claimed - outcome.numeric) <= swallowed
    }

    /// How far the measured slope may be off.
    var uncertainty: Double { outcome.uncertainty }
  }

  private mutating func compare(
    _ gradient: [Double], _ w: [Double], _ v: [Double]
  ) -> Comparison {
    var (claimed, reference) = (0.0, 0.0)
    for entry in x.indices where v[entry] != 0 && !kinked.contains(entry) {
      claimed += gradient[entry] * v[entry]
      reference += abs(gradient[entry] * v[entry])
    }
    let moved = v.indices.map { kinked.contains($0) ? 0 : v[$0] }
    // Entries that stay as they are bring no rounding, however large they are; that of large ones
    // may hide a short move, so longer ones are tried too, and where none shows all may be rounding.
    let changed = [1.0, 64, 4096].reduce(0) { largest, length in
      max(largest, value(w, moved, at: length * OperationProbe.step).size)
    }
    let size = changed > 0 ? changed : zip(w, y).reduce(0) { $0 + abs($1.0 * $1.1) }
    let slope = Slope(
      base: 0, step: OperationProbe.step, size: size,
      reference: reference.isFinite ? reference : 0)
    let outcome = slope.compare(claimed) {
      evaluations += 1
      return value(w, moved, at: $0).change
    }
    let swallowed =
      outcome.verdict == .disagrees
      ? 10 * ScalarType.float64.unitRoundoff * still(w) / OperationProbe.step : 0
    return Comparison(claimed: claimed, outcome: outcome, swallowed: swallowed)
  }

  /// The change of <w, y> with the operand moved, the size of the entries that change, and how many do;
  /// everything is put back.
  private func value(
    _ w: [Double], _ v: [Double], at distance: Double
  ) -> (change: Double, size: Double, changed: Int) {
    let mark = tape.mark
    let (node, target) = (tape.nodes + index, tape.nodes + source)
    let moved = x.indices.map { v[$0] == 0 ? x[$0] : x[$0] + distance * v[$0] }
    let own = target.pointee.value
    // Another operand may share the memory: only this one is to move.
    if !replay.isView(index) { target.pointee.value = tape.take(target.pointee.shape) }
    tape.write(moved, target.pointee.value)
    tape.compute(at: index)
    let now = node.pointee.value.assumingMemoryBound(to: Double.self)
    var (sum, size, changed) = (0.0, 0.0, 0)
    for entry in y.indices where now[entry] != y[entry] {
      sum += w[entry] * (now[entry] - y[entry])
      size += abs(w[entry]) * max(abs(y[entry]), abs(now[entry]))
      changed += 1
    }
    target.pointee.value = own
    if replay.isView(index) { tape.write(x, own) } else { tape.compute(at: index) }
    tape.rewind(to: mark)
    return (sum, size, changed)
  }

  /// The size of the results that do not change when the whole operand is moved far.
  private func still(_ w: [Double]) -> Double {
    let far = value(w, direction(0), at: 4096 * OperationProbe.step).size
    return max(0, zip(w, y).reduce(0) { $0 + abs($1.0 * $1.1) } - far)
  }

  /// How many results change with a move.
  private func changedResults(_ w: [Double], _ v: [Double]) -> Int {
    [1.0, -1].reduce(0) { max($0, value(w, v, at: $1 * OperationProbe.step).changed) }
  }

  /// Leaves out all entries that are 0, where they are many and the others meet no kink.
  /// - Returns: whether that was so.
  private mutating func leaveOutZeros(_ gradient: [Double], _ w: [Double], _ v: [Double]) -> Bool {
    let zeros = x.indices.filter { x[$0] == 0 }
    if zeros.count < 64 { return false }
    let before = kinked
    kinked.formUnion(zeros)
    if compare(gradient, w, v).outcome.isSmooth { return true }
    kinked = before
    return false
  }

  /// Finds the entries of a range whose moves meet a kink, by halves.
  /// - Returns: false where there are too many.
  private mutating func locate(
    _ gradient: [Double], _ w: [Double], _ v: [Double], _ range: Range<Int>
  ) -> Bool {
    if evaluations > OperationProbe.budget { return false }
    let part = v.indices.map { range.contains($0) ? v[$0] : 0 }
    let outcome = compare(gradient, w, part).outcome
    if outcome.verdict == .agrees { return true }
    if range.count == 1 {
      if !outcome.isSmooth {
        kinked.insert(range.lowerBound)
        if outcome.verdict == .disagrees {
          if changedResults(w, part) < 2 || !gradient[range.lowerBound].isFinite {
            isWrongAtKink = true
          } else {
            isDoubtful = true
          }
        }
      }
      return true
    }
    if outcome.verdict == .disagrees && outcome.isSmooth { return true }
    let middle = range.lowerBound + range.count / 2
    return locate(gradient, w, v, range.lowerBound..<middle)
      && locate(gradient, w, v, middle..<range.upperBound)
  }

  /// The factor f of claimed = f numeric by least squares, nil where no factor fits every draw.
  private static func factor(_ outcomes: [Comparison]) -> Double? {
    let pairs = outcomes.map { ($0.claimed, $0.outcome.numeric, $0.uncertainty) }
    let squares = pairs.reduce(0) { $0 + $1.1 * $1.1 }
    if !(squares > 0) || !squares.isFinite { return nil }
    let factor = pairs.reduce(0) { $0 + $1.0 * $1.1 } / squares
    let fits = pairs.allSatisfy { claimed, numeric, uncertainty in
      let allowed = 1e-4 * max(abs(claimed), abs(numeric)) + 2 * uncertainty
      return abs(claimed - factor * numeric) <= allowed
    }
    return fits ? factor : nil
  }
}
