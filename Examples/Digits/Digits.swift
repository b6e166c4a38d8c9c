internal import ExampleSupport
internal import Thalweg

/// Handwritten-looking digits made by rule: the seven strokes of a pocket calculator, each image
/// slanted, scaled, shifted and covered with noise.
struct Digits {
  static let side = 14
  static let classes = 10

  private let stream: RandomStream

  /// Images of a seed; those of two paths have nothing in common.
  init(seed: UInt64, path: String) { stream = RandomStream(seed: seed, path: path) }

  /// The ends of the strokes, from the middle of the image, y downwards.
  private static let strokes: [(x0: Double, y0: Double, x1: Double, y1: Double)] = [
    (-0.5, -1, 0.5, -1), (0.5, -1, 0.5, 0), (0.5, 0, 0.5, 1), (-0.5, 1, 0.5, 1),
    (-0.5, 0, -0.5, 1), (-0.5, -1, -0.5, 0), (-0.5, 0, 0.5, 0),
  ]

  /// The strokes of each digit.
  private static let digits = [
    [0, 1, 2, 3, 4, 5], [1, 2], [0, 1, 6, 4, 3], [0, 1, 6, 2, 3], [5, 6, 1, 2], [0, 5, 6, 2, 3],
    [0, 5, 4, 3, 2, 6], [0, 1, 2], [0, 1, 2, 3, 4, 5, 6], [6, 5, 0, 1, 2, 3],
  ]

  /// The digit of an image.
  func label(_ index: Int) -> Int { stream.integer(index << 10, below: Digits.classes) }

  /// The brightness of the pixels of an image, row by row, about 0 to 1.
  func image(_ index: Int) -> [Float] {
    let first = index << 10
    func drawn(_ number: Int, _ low: Double, _ high: Double) -> Double {
      low + (high - low) * stream.uniform(first + number)
    }
    let (scale, slant) = (drawn(1, 3.5, 5), drawn(2, -0.3, 0.3))
    let (right, down, width) = (drawn(3, -1.5, 1.5), drawn(4, -1, 1), drawn(5, 0.6, 1.1))
    let middle = Double(Digits.side - 1) / 2
    let strokes = Digits.digits[label(index)].map { Digits.strokes[$0] }
    return (0..<Digits.side * Digits.side).map { pixel in
      let y = (Double(pixel / Digits.side) - middle - down) / scale
      let x = (Double(pixel % Digits.side) - middle - right) / scale + slant * y
      let distance = strokes.map { Digits.distance(x, y, $0) * scale }.min() ?? .infinity
      let ink = 1 / (1 + (distance / width) * (distance / width) * (distance / width))
      return Float(ink + 0.15 * stream.normal(first + 8 + pixel))
    }
  }

  private static func distance(
    _ x: Double, _ y: Double, _ stroke: (x0: Double, y0: Double, x1: Double, y1: Double)
  ) -> Double {
    let (dx, dy) = (stroke.x1 - stroke.x0, stroke.y1 - stroke.y0)
    let along = ((x - stroke.x0) * dx + (y - stroke.y0) * dy) / (dx * dx + dy * dy)
    let t = min(1, max(0, along))
    let (a, b) = (x - stroke.x0 - t * dx, y - stroke.y0 - t * dy)
    return (a * a + b * b).squareRoot()
  }

  /// The images from `start` on, with their digits.
  func batch(from start: Int, count: Int) -> Batch {
    let items = start..<start + count
    return Batch(
      ("x", Tensor(items.flatMap(image), shape: Shape(count, Digits.side * Digits.side))),
      ("y", Tensor(items.map { Float(label($0)) }, shape: Shape(count))))
  }
}
