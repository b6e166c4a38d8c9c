internal import ThalwegTensor

/// A step with all trained numbers moved a little off where they are, and the gradients there.
///
/// At a kink a tape has to choose, and of what it chooses for several operations the whole need not
/// be a slope: relu(t) - relu(-t) is t, and both derivatives are 0 at 0. Kinks fill no volume: a
/// little off them a right derivative is a slope again, and a wrong one is not.
final class Nudge {
  private static let length = 0x1p-12

  private let replay: Replay
  private let move: Move
  private var found: StepGradients?

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

  /// Runs `body` with the numbers moved, and puts everything back.
  func callAsFunction<Result>(_ body: (StepGradients) -> Result) -> Result {
    _ = move.loss(Nudge.length)
    defer { move.restore() }
    let gradients = found ?? StepGradients(replay.tape)
    found = gradients
    return body(gradients)
  }
}

extension Parameters {
  /// Random moves in proportion to the usual size of a tensor's numbers.
  func scatter(_ index: Int, _ stream: RandomStream) -> [Double] {
    let segment = segments[index]
    let numbers = (0..<segment.shape.count).map { values[segment.offset + $0] }
    let squares = numbers.reduce(0) { $0 + $1 * $1 }
    let size = squares == 0 ? 0.1 : (squares / Double(numbers.count)).squareRoot()
    return numbers.indices.map { size * stream.normal(segment.offset + $0) }
  }
}
