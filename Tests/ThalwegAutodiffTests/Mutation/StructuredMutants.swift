import ThalwegAutodiff
import ThalwegTensor

/// Operations whose derivative is a difference of terms, with one of the terms left out.
enum StructuredMutants {
  typealias Change = @Sendable (borrowing Backward, [Double]) -> [Double]

  /// The changes to what comes to operand 0, by the name of the operation.
  static func of(_ kind: OperationKind) -> [(name: String, change: Change)] {
    switch "\(kind)" {
    case "softmax":
      [
        (
          "without the sum of y dy",
          { step, _ in zip(step.numbers, step.cotangents).map { $0 * $1 } }
        )
      ]
    case "logSoftmax": [("without the sum of dy", { step, _ in step.cotangents })]
    case "layerNormalize", "groupNormalize":
      [
        ("without the mean of d", { step, own in normalized(step, own, projection: false) }),
        ("without the mean of d h", { step, own in normalized(step, own, projection: true) }),
      ]
    default: []
    }
  }

  /// dx = s (d - mean(d) - h mean(d h)) with d = g dy, without one of the means.
  private static func normalized(
    _ step: borrowing Backward, _ own: [Double], projection: Bool
  ) -> [Double] {
    let shape = step.shape
    let groups = Int(step.attributes[1])
    let rows = groups == 0 ? shape.rows : shape[0] * groups
    let size = shape.count / max(rows, 1)
    let gain = step.numbers(of: 1)
    // Numbers of one channel lie side by side, where there are channels.
    let length = groups == 0 ? 1 : shape.count / (shape[0] * shape[1])
    let (x, cotangent) = (step.numbers(of: 0), step.cotangents)
    var wrong = own
    for row in 0..<rows {
      let range = row * size..<(row + 1) * size
      let mean = range.reduce(0) { $0 + x[$1] } / Double(size)
      let variance = range.reduce(0) { $0 + (x[$1] - mean) * (x[$1] - mean) } / Double(size)
      let scale = 1 / (variance + step.attributes[0]).squareRoot()
      let d = range.map { cotangent[$0] * gain[$0 / length % gain.count] }
      let h = range.map { (x[$0] - mean) * scale }
      let left =
        projection
        ? zip(d, h).reduce(0) { $0 + $1.0 * $1.1 } / Double(size)
        : d.reduce(0, +) / Double(size)
      for (place, index) in range.enumerated() {
        wrong[index] += scale * left * (projection ? h[place] : 1)
      }
    }
    return wrong
  }
}

extension Backward {
  /// The numbers of operand `index`.
  func numbers(of index: Int) -> [Double] {
    let node = operand(index).pointee
    return tape.tensor(node.value, node.shape).doubles
  }

  /// The numbers of the result.
  var numbers: [Double] { tape.tensor(value, shape).doubles }

  /// The numbers of the cotangent.
  var cotangents: [Double] { tape.tensor(cotangent, shape).doubles }
}
