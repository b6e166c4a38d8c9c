internal import ExampleSupport
internal import Thalweg
private import ThalwegFormats

#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// The text of the project's licence, as numbers of characters: the last tenth is for testing.
struct Characters {
  static let window = 48

  /// The characters that occur in the whole text, the part for testing included, in the order of their
  /// codes.
  let alphabet: [UInt8]
  let training: [Int]
  let test: [Int]
  private let stream: RandomStream

  /// Reads the file LICENSE of this repository.
  init(seed: UInt64) throws {
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let text = try Files.read(root + "/LICENSE")
    let known = Set(text).sorted()
    alphabet = known
    let numbers = text.map { byte in known.firstIndex(of: byte) ?? 0 }
    training = Array(numbers.prefix(numbers.count * 9 / 10))
    test = Array(numbers.dropFirst(training.count))
    stream = RandomStream(seed: seed, path: "windows")
  }

  /// Windows of the training text: `x` and `y`, the characters after, are `[count, window]`.
  func batch(_ step: Int, count: Int) -> Batch {
    let last = training.count - Characters.window - 1
    let starts = (0..<count).map { stream.integer(step * count + $0, below: last + 1) }
    return windows(of: training, at: starts)
  }

  /// The whole test text in windows that follow one another.
  var testWindows: Batch {
    let starts = stride(from: 0, to: test.count - Characters.window, by: Characters.window)
    return windows(of: test, at: Array(starts))
  }

  private func windows(of text: [Int], at starts: [Int]) -> Batch {
    func cut(_ shift: Int) -> Tensor {
      let numbers = starts.flatMap { start in
        text[start + shift..<start + shift + Characters.window].map { Float($0) }
      }
      return Tensor(numbers, shape: Shape(starts.count, Characters.window))
    }
    return Batch(("x", cut(0)), ("y", cut(1)))
  }

  /// Bits a character of the test text when each is guessed from the one before, by counts of the
  /// training text with one added to each.
  var bitsByPairs: Double {
    let size = alphabet.count
    var pairs = [Double](repeating: 1, count: size * size)
    for (a, b) in zip(training, training.dropFirst()) { pairs[a * size + b] += 1 }
    var bits = 0.0
    for (a, b) in zip(test, test.dropFirst()) {
      let row = pairs[a * size..<(a + 1) * size]
      bits -= log2(row[a * size + b] / row.reduce(0, +))
    }
    return bits / Double(test.count - 1)
  }
}
