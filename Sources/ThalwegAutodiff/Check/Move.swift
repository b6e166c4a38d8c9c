private import ThalwegTensor

/// All trained numbers of a model moved along one direction and back.
struct Move {
  private let replay: Replay
  private let parameters: Parameters
  private let direction: [[Double]]
  private let values: [[Double]]
  private let indices: [Int]
  private let list: [Int]

  /// - Parameter direction: for each parameter of `indices` one number an entry.
  init(_ replay: Replay, _ indices: [Int], _ direction: [[Double]]) {
    let parameters = replay.tape.parameters
    self.replay = replay
    self.parameters = parameters
    self.indices = indices
    self.direction = direction
    values = indices.map { index in
      let segment = parameters.segments[index]
      return (0..<segment.shape.count).map { parameters.values[segment.offset + $0] }
    }
    list = replay.dependents(of: indices.map { Int(replay.tape.leaves[$0]) })
  }

  /// Writes the numbers at `distance` along the direction.
  func write(_ distance: Double) {
    for (place, index) in indices.enumerated() {
      let offset = parameters.segments[index].offset
      for entry in values[place].indices {
        let own = values[place][entry]
        // Exactly back: 0 times what is not finite is no 0.
        parameters.values[offset + entry] =
          distance == 0 ? own : own + distance * direction[place][entry]
      }
    }
  }

  /// The loss, or one term without its weight, at `distance`; the model is left there.
  func loss(_ distance: Double, of term: Int? = nil) -> Double {
    write(distance)
    replay.run(list)
    return replay.loss(of: term)
  }

  /// Puts everything back.
  func restore() {
    write(0)
    replay.run(list)
  }

  /// The second derivative along the direction; nil where it does not stand out of rounding or two
  /// steps disagree on it by more than 1 %.
  func curvature(scale: Double) -> Double? {
    let base = loss(0)
    let floor = 1e3 * ScalarType.float64.unitRoundoff * max(replay.size, .leastNormalMagnitude)
    defer { restore() }
    var last: (value: Double, change: Double)?
    for power in 4...20 {
      let step = scale * 0.5.power(power)
      let change = loss(step) - 2 * base + loss(-step)
      if !change.isFinite { continue }
      if abs(change) < floor { return nil }
      let value = change / (step * step)
      if let last, abs(last.value - value) <= 0.01 * abs(value) { return value }
      last = (value, change)
    }
    return nil
  }
}

extension Double {
  /// The number times itself, `exponent` times.
  func power(_ exponent: Int) -> Double {
    (0..<exponent).reduce(1.0) { product, _ in product * self }
  }
}
