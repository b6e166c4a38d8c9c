internal import ExampleSupport
internal import Thalweg

/// Short signals of four shapes, of any pitch, phase and loudness, under noise.
struct Waveforms {
  static let length = 64
  static let classes = 4

  private let stream: RandomStream

  /// Signals of a seed; those of two paths have nothing in common.
  init(seed: UInt64, path: String) { stream = RandomStream(seed: seed, path: path) }

  /// The shape of a signal.
  func label(_ index: Int) -> Int { stream.integer(index << 8, below: Waveforms.classes) }

  /// The samples of a signal, standard deviation of the noise 0.3.
  func signal(_ index: Int) -> [Float] {
    let first = index << 8
    let cycles = 2 + 4 * stream.uniform(first + 1)
    let phase = stream.uniform(first + 2)
    let loudness = 0.7 + 0.6 * stream.uniform(first + 3)
    return (0..<Waveforms.length).map { sample in
      var t = cycles * Double(sample) / Double(Waveforms.length) + phase
      t -= t.rounded(.down)
      let wave = Waveforms.wave(label(index), t)
      return Float(loudness * wave + 0.3 * stream.normal(first + 8 + sample))
    }
  }

  /// One period, t from 0 to 1, each of unit power.
  private static func wave(_ shape: Int, _ t: Double) -> Double {
    switch shape {
    case 0: return t < 0.5 ? 1 : -1  // square
    case 1: return 3.0.squareRoot() * (2 * t - 1)  // rising saw
    case 2: return 3.0.squareRoot() * (1 - 2 * t)  // falling saw
    default: return 3.0.squareRoot() * (4 * abs(t - 0.5) - 1)  // triangle
    }
  }

  /// The signals from `start` on, with their shapes.
  func batch(from start: Int, count: Int) -> Batch {
    let items = start..<start + count
    return Batch(
      ("x", Tensor(items.flatMap(signal), shape: Shape(count, 1, Waveforms.length))),
      ("y", Tensor(items.map { Float(label($0)) }, shape: Shape(count))))
  }
}
