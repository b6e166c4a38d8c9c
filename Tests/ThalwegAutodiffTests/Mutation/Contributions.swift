import ThalwegAutodiff
import ThalwegTensor

/// What the derivative of one node brings to its operands, apart from what other nodes have brought.
struct Contributions {
  typealias Numbers = (node: UnsafeMutablePointer<Node>, numbers: [Double]?)

  private let tape: Tape
  /// Each operand once, with what it held before.
  private let present: [(node: UnsafeMutablePointer<Node>, place: UnsafeMutableRawPointer?)]
  private let before: [[Double]?]

  init(_ step: borrowing Backward) {
    let tape = step.tape
    var nodes: [UnsafeMutablePointer<Node>] = []
    for index in 0..<Int(step.node.pointee.operandCount) {
      let node = step.operand(index)
      if node.pointee.needsGradient && !nodes.contains(node) { nodes.append(node) }
    }
    self.tape = tape
    present = nodes.map { ($0, $0.pointee.gradient) }
    before = present.map { node, place in
      place.map { tape.tensor($0, node.pointee.shape).doubles }
    }
  }

  /// Lets `derive` run on operands that nothing has come to; what came, in no more than that call.
  func take(_ step: borrowing Backward, _ derive: () -> Void) -> [Numbers] {
    for (node, _) in present { node.pointee.gradient = nil }
    derive()
    return present.map { node, _ in
      (node, node.pointee.gradient.map { tape.tensor($0, node.pointee.shape).doubles })
    }
  }

  /// Adds contributions to what was there before.
  func put(_ contributions: [Numbers]) {
    for (index, (node, numbers)) in contributions.enumerated() {
      guard let numbers else {
        node.pointee.gradient = present[index].place
        if let place = present[index].place, let held = before[index] { tape.write(held, place) }
        continue
      }
      let place = present[index].place ?? tape.gradientMemory(of: node)
      let sum = before[index].map { held in zip(held, numbers).map { $0 + $1 } } ?? numbers
      tape.write(sum, place)
      node.pointee.gradient = place
    }
  }
}
