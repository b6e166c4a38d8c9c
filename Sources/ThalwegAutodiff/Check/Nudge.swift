internal import ThalwegTensor

/// A step with all trained numbers moved a little off where they are, and the gradients there.
///
/// At a kink a tape has to choose, and of what it chooses for several operations the whole need not
/// be a slope: relu(t) - relu(-t) is t, and both derivatives are 0 at 0. Kinks fill no volume: a
/// little off them a right derivative is a slope again, and a wrong one is not.
final class Nudge {
  /// The size of the move in relation to that of the number.
  static let length = 0x1p-12

  private let replay: Replay
  private let move: Move
  private var found: StepGradients??

  init(_ replay: Replay, seed: UInt64, number: Int) {
    self.replay = replay
    let parameters = replay.tape.parameters
    let indices = parameters.segments.indices.filter {
      replay.tape.leaves[$0] >= 0 && !parameters.segments[$0].isFrozen
    }
    move = Move(
      replay, indices,
      indices.map {
        parameters.scatter($0, RandomStream(seed: seed, path: "check.nudge.\(number)"))
      })
  }

  /// Runs `body` with the numbers moved, and puts everything back; nil where the loss is not finite
  /// there, so that nothing can be told.
  func callAsFunction<Result>(_ body: (StepGradients) -> Result) -> Result? {
    if case .some(.none) = found { return nil }
    let loss = move.loss(Nudge.length)
    defer { move.restore() }
    let gradients = found ?? (loss.isFinite ? StepGradients(replay.tape) : nil)
    found = gradients
    return gradients.map(body)
  }
}

extension Parameters {
  /// Random moves in proportion to the size of each of a tensor's numbers.
  func scatter(_ index: Int, _ stream: RandomStream) -> [Double] {
    let segment = segments[index]
    let numbers = (0..<segment.shape.count).map { values[segment.offset + $0] }
    let least = numbers.smallestSize
    return numbers.indices.map { entry in
      let size = numbers[entry] == 0 ? least : abs(numbers[entry])
      return size * stream.normal(segment.offset + entry)
    }
  }
}

extension [Double] {
  /// What a number that is 0 counts as when it is moved: the smallest size among the others, no less
  /// than 1e-6 of the largest; 0.1 where all are 0.
  var smallestSize: Double {
    let sizes = map { abs($0) }.filter { $0 > 0 && $0.isFinite }
    guard let least = sizes.min(), let most = sizes.max() else { return 0.1 }
    return Swift.max(least, 1e-6 * most)
  }
}
