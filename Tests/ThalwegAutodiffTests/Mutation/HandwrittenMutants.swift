import CKernels
import ThalwegAutodiff
import ThalwegTensor

/// Mistakes that a person makes: a part of the formula that is left out.
enum HandwrittenMutants {
  typealias Mistake = @Sendable (borrowing Backward) -> Void

  /// The mistakes for one operation; none where the general mutations say it all.
  static func of(_ kind: OperationKind) -> [(name: String, backward: Mistake)] {
    switch kind {
    case .divide:
      [
        (
          "-a / b",
          {
            bring($0, 0) { $0.cotangent[$1] / $0[1, $1] }
            bring($0, 1) { -$0.cotangent[$1] * $0.value[$1] }
          }
        ),
        (
          "sign of b",
          {
            bring($0, 0) { $0.cotangent[$1] / $0[1, $1] }
            bring($0, 1) { $0.cotangent[$1] * $0.value[$1] / $0[1, $1] }
          }
        ),
      ]
    case .multiply:
      [
        (
          "own factor",
          {
            bring($0, 0) { $0.cotangent[$1] * $0[0, $1] }
            bring($0, 1) { $0.cotangent[$1] * $0[1, $1] }
          }
        )
      ]
    case .subtract:
      [("b added", { step in for index in 0..<2 { bring(step, index) { $0.cotangent[$1] } } })]
    case .sigmoid: [("without 1 - y", { bring($0, 0) { $0.cotangent[$1] * $0.value[$1] } })]
    case .squareRoot: [("without 1 / 2", { bring($0, 0) { $0.cotangent[$1] / $0.value[$1] } })]
    case .square: [("without 2", { bring($0, 0) { $0.cotangent[$1] * $0[0, $1] } })]
    case .exponential: [("of x", { bring($0, 0) { $0.cotangent[$1] * $0[0, $1] } })]
    case .relu: [("never 0", { bring($0, 0) { $0.cotangent[$1] } })]
    case .absolute: [("without sign", { bring($0, 0) { $0.cotangent[$1] } })]
    case .topK: [("to all", { bring($0, 0) { $0.cotangent[$1] } })]
    case .trace: [("to all", { step in bring(step, 0) { part, _ in part.cotangent[0] } })]
    default: []
    }
  }

  /// The numbers of a step as an operand of the common shape sees them.
  struct Part {
    let cotangent: [Double]
    let value: [Double]
    fileprivate let operands: [[Double]]

    subscript(_ operand: Int, _ index: Int) -> Double { operands[operand][index] }
  }

  /// Brings an operand the entries of a formula over the common shape, summed where it is repeated.
  private static func bring(
    _ step: borrowing Backward, _ index: Int, _ entry: (Part, Int) -> Double
  ) {
    let tape = step.tape
    let shape = step.shape
    let target = step.operand(index)
    if !target.pointee.needsGradient { return }
    let common = target.pointee.shape.count > shape.count ? target.pointee.shape : shape
    let operands = (0..<Int(step.node.pointee.operandCount)).map { position -> [Double] in
      let node = step.operand(position).pointee
      let numbers = tape.tensor(node.value, node.shape).doubles
      return places(node.shape, in: common).map { numbers[$0] }
    }
    let part = Part(
      cotangent: tape.tensor(step.cotangent, shape).doubles,
      value: tape.tensor(step.value, shape).doubles, operands: operands)
    var sums = [Double](repeating: 0, count: target.pointee.shape.count)
    for (place, own) in places(target.pointee.shape, in: common).enumerated() {
      sums[own] += entry(part, place)
    }
    step.deliver(to: index) { tape.write(sums, $0) }
  }

  /// For each entry of `common` the entry of `own`, which broadcasts to it, that stands there.
  private static func places(_ own: Shape, in common: Shape) -> [Int] {
    (0..<common.count).map { index in
      var (rest, place, stride) = (index, 0, 1)
      for axis in (0..<common.rank).reversed() {
        let coordinate = rest % common[axis]
        rest /= common[axis]
        let mine = axis - (common.rank - own.rank)
        if mine < 0 { continue }
        if own[mine] != 1 { place += coordinate * stride }
        stride *= own[mine]
      }
      return place
    }
  }
}
