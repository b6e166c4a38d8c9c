internal import ExampleSupport
internal import Thalweg

/// Sequences of numbers of which two are marked, and the sums of the two.
struct AddingProblem {
  static let length = 50

  private let stream: RandomStream

  /// Sequences of a seed; those of two paths have nothing in common.
  init(seed: UInt64, path: String) { stream = RandomStream(seed: seed, path: path) }

  /// The sequences from `start` on: `x` is `[count, length, 2]`, numbers of [0, 1) beside their
  /// marks; `y` is `[count, 1]`. One mark lies in each half.
  func batch(from start: Int, count: Int) -> Batch {
    let length = AddingProblem.length
    var (x, y) = ([Float](), [Float]())
    for item in start..<start + count {
      let first = item << 8
      let half = length / 2
      let marks = [
        stream.integer(first, below: half), half + stream.integer(first + 1, below: length - half),
      ]
      let numbers = (0..<length).map { Float(stream.uniform(first + 2 + $0)) }
      for place in 0..<length { x += [numbers[place], marks.contains(place) ? 1 : 0] }
      y.append(marks.reduce(0) { $0 + numbers[$1] })
    }
    return Batch(
      ("x", Tensor(x, shape: Shape(count, length, 2))), ("y", Tensor(y, shape: Shape(count, 1))))
  }
}
