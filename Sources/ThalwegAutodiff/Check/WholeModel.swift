private import ThalwegTensor

/// The gradients of a whole step against differences of its loss.
struct WholeModel {
  private static let step = 0x1p-17

  private let replay: Replay
  private let gradients: StepGradients
  private let parameters: Parameters
  private let seed: UInt64
  /// The nodes that have operands at a kink.
  private let kinked: Set<Int>
  private let nudges: [Nudge]

  init(
    _ replay: Replay, _ gradients: StepGradients, seed: UInt64,
    derivatives: [GradientCheck.Derivative]
  ) {
    self.replay = replay
    self.gradients = gradients
    self.seed = seed
    parameters = replay.tape.parameters
    kinked = Set(derivatives.filter { $0.kinks > 0 }.map(\.node))
    nudges = (0..<2).map { Nudge(replay, seed: seed, number: $0) }
  }

  /// Compares entries of one tensor.
  func tensor(_ index: Int, entries: Int) -> GradientCheck.Tensor {
    let segment = parameters.segments[index]
    let gradient = gradients.whole[index]
    var reason: String?
    if segment.isFrozen {
      reason = "it is frozen"
    } else if gradient == nil {
      reason = "no gradient comes to it"
    } else if !replay.loss().isFinite {
      reason = "the loss is not finite"
    }
    var found = Comparison()
    if reason == nil, let gradient {
      found = compare(index, gradient, sample(segment.path, segment.shape.count, entries))
      if segment.shape.count > 0 && found.kept.isEmpty {
        reason =
          found.unsettled == 0
          ? "every entry that was tried is at a kink"
          : "differences settle on nothing at every entry that was tried"
      }
    }
    let norm = gradient.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let numeric = found.kept.reduce(0) { $0 + $1.numeric * $1.numeric }.squareRoot()
    let analytic = found.kept.reduce(0) { $0 + $1.analytic * $1.analytic }.squareRoot()
    let error = found.kept.reduce(0) {
      $0 + ($1.numeric - $1.analytic) * ($1.numeric - $1.analytic)
    }.squareRoot()
    let largest = max(numeric, analytic)
    let uncertain = found.kept.reduce(0) { $0 + $1.uncertainty * $1.uncertainty }.squareRoot()
    let allowed = Slope.tolerance * largest + uncertain
    return GradientCheck.Tensor(
      path: segment.path, elements: segment.shape.count, checked: found.kept.count,
      kinks: found.kinks, unsettled: found.unsettled, unchecked: reason,
      error: error == 0 ? 0 : error / largest,
      worstShare: found.worst, gradientNorm: norm, wrong: found.wrong,
      isWrong: !found.wrong.isEmpty || !(error <= allowed))
  }

  /// All entries where they are few, else a sample drawn by the seed and the path.
  private func sample(_ path: String, _ count: Int, _ entries: Int) -> [Int] {
    if count <= entries { return Array(0..<count) }
    let order = RandomStream(seed: seed, path: "check.entries.\(path)").permutation(count)
    return order.prefix(max(entries, 1)).map { Int($0) }.sorted()
  }

  private struct Comparison {
    var kept: [(analytic: Double, numeric: Double, uncertainty: Double)] = []
    var kinks = 0
    var unsettled = 0
    var worst = 0.0
    var wrong: [GradientCheck.WrongEntry] = []
  }

  private func compare(_ index: Int, _ gradient: [Double], _ entries: [Int]) -> Comparison {
    let list = replay.dependents(of: [Int(replay.tape.leaves[index])])
    let outcomes = self.outcomes(index, gradient, entries, list)
    let hasKinks = list.contains { kinked.contains($0) }
    let doubtful = zip(entries, outcomes).filter { entry, outcome in
      outcome.verdict == .kink
        || outcome.verdict == .disagrees && gradient[entry].isFinite
          && (hasKinks || !outcome.isSmooth)
    }.map(\.0)
    let nearby = self.nearby(index, doubtful, list)
    var found = Comparison()
    for (entry, outcome) in zip(entries, outcomes) {
      if nearby[entry] ?? (outcome.verdict == .kink) {
        found.kinks += 1
        continue
      }
      let hasNoEvidence = doubtful.contains(entry) && nearby[entry] == nil
      if outcome.verdict == .unsettled || hasNoEvidence {
        found.unsettled += 1
        continue
      }
      found.kept.append((gradient[entry], outcome.numeric, outcome.uncertainty))
      found.worst = max(found.worst, outcome.share)
      if outcome.verdict != .agrees && found.wrong.count < 8 {
        found.wrong.append(
          GradientCheck.WrongEntry(
            index: entry, gradient: gradient[entry], difference: outcome.numeric))
      }
    }
    return found
  }

  /// Of entries whether the gradient a little off is right, or at least nowhere wrong.
  private func nearby(_ index: Int, _ entries: [Int], _ list: [Int]) -> [Int: Bool] {
    var found: [Int: Bool] = [:]
    for nudge in nudges where !entries.isEmpty {
      _ = nudge { gradients in
        guard let gradient = gradients.whole[index] else { return }
        for (entry, outcome) in zip(entries, outcomes(index, gradient, entries, list)) {
          found[entry] = (found[entry] ?? true) && outcome.verdict != .disagrees
        }
      }
    }
    return found
  }

  /// What the slopes of the loss along entries of one tensor are, where the model stands.
  /// - Parameter list: the nodes that depend on the tensor.
  private func outcomes(
    _ index: Int, _ gradient: [Double], _ entries: [Int], _ list: [Int]
  ) -> [Slope.Outcome] {
    let segment = parameters.segments[index]
    let (base, size) = (replay.loss(), replay.size)
    let typical = gradient.reduce(0) { max($0, abs($1)) }
    let outcomes = entries.map { entry in
      let place = segment.offset + entry
      let x = parameters.values[place]
      defer { parameters.values[place] = x }
      // The numbers that x can be moved to are as far apart as x is large.
      let slope = Slope(
        base: base, step: WholeModel.step * max(1, abs(x)), size: size, typical: typical)
      return slope.compare(gradient[entry]) { distance in
        parameters.values[place] = x + distance
        replay.run(list)
        return replay.loss()
      }
    }
    replay.run(list)
    return outcomes
  }

  /// The Taylor remainder of one term.
  func term(_ index: Int) -> GradientCheck.Term {
    let reached = parameters.segments.indices.filter { gradients.terms[index][$0] != nil }
    let gradient = reached.compactMap { gradients.terms[index][$0] }
    let test = TaylorTest(
      replay, term: index, seed: seed, nudges: nudges, hasKinks: !kinked.isEmpty)
    let remainder = test.run(reached, gradient)
    return GradientCheck.Term(name: replay.tape.terms[index].name, remainder: remainder)
  }

  /// Measures how unevenly the loss responds.
  func conditioning() -> GradientCheck.Conditioning {
    let reached = parameters.segments.indices.filter { gradients.whole[$0] != nil }
    let gradient = reached.compactMap { gradients.whole[$0] }
    func norm(_ numbers: [Double]) -> Double { numbers.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let norms = zip(reached, gradient).map { (parameters.segments[$0].path, norm($1)) }
    let sized = norms.filter { $0.1 > 0 && $0.1.isFinite }
    let values = reached.flatMap { index in
      let segment = parameters.segments[index]
      return (0..<segment.shape.count).map { parameters.values[segment.offset + $0] }
    }
    let scale = max(norm(values), 1e-3)
    func curvature(_ direction: [[Double]]) -> Double? {
      let length = norm(direction.flatMap { $0 })
      if !(length > 0) || !length.isFinite { return nil }
      return Move(replay, reached, direction.map { $0.map { $0 / length } }).curvature(scale: scale)
    }
    let random = reached.map { index -> [Double] in
      let segment = parameters.segments[index]
      let stream = RandomStream(seed: seed, path: "check.curvature.\(segment.path)")
      return (0..<segment.shape.count).map { stream.normal($0) }
    }
    return GradientCheck.Conditioning(
      largest: sized.max { $0.1 < $1.1 }.map { (path: $0.0, norm: $0.1) },
      smallest: sized.min { $0.1 < $1.1 }.map { (path: $0.0, norm: $0.1) },
      curvatureAlongGradient: curvature(gradient), curvatureAtRandom: curvature(random))
  }

  /// Terms that another run with moved parameters does not give as the replay does.
  func hiddenTerms(_ run: (Parameters) -> [(name: String, value: Double)]) -> [String] {
    let indices = parameters.segments.indices.filter {
      replay.tape.leaves[$0] >= 0 && !parameters.segments[$0].isFrozen
    }
    let stream = RandomStream(seed: seed, path: "check.hidden")
    let direction = indices.map { parameters.scatter($0, stream) }
    let move = Move(replay, indices, direction)
    _ = move.loss(1e-3)
    defer { move.restore() }
    let other = parameters.converted(to: .float64)
    let values = run(other)
    return replay.tape.terms.compactMap { term in
      let here = replay.tape.number(of: term)
      let there = values.first { $0.name == term.name }?.value ?? .nan
      let isSame =
        here == there || here.isNaN && there.isNaN
        || abs(here - there) <= 1e-9 * max(abs(here), abs(there))
      return isSame ? nil : term.name
    }
  }
}
