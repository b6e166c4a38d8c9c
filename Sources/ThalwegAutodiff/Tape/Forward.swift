package import CKernels
package import ThalwegTensor

/// What the computation of one operation is given: its node, whose operands have their values.
package struct Forward {
  package let tape: Tape
  package let node: UnsafeMutablePointer<Node>

  package var kernels: UnsafePointer<tw_kernels> { tape.kernels }
  /// Where the result goes.
  package var value: UnsafeMutableRawPointer { node.pointee.value }
  package var shape: Shape { node.pointee.shape }
  package var count: Int64 { Int64(node.pointee.shape.count) }
  /// Bytes of the result.
  package var byteCount: Int { node.pointee.shape.count * tape.scalarType.width }
  package var attributes: SIMD4<Double> { node.pointee.attributes }
  package var operandCount: Int { Int(node.pointee.operandCount) }

  package func operand(_ index: Int) -> UnsafeMutablePointer<Node> {
    tape.nodes + tape.operand(node, index)
  }

  /// The value of operand `index`.
  package func input(_ index: Int) -> UnsafeMutableRawPointer { operand(index).pointee.value }

  /// Memory of the arena for a tensor of this shape.
  package func scratch(_ shape: Shape) -> UnsafeMutableRawPointer { tape.take(shape) }

  /// Memory that the node keeps for its derivative: so many numbers of the tape's precision.
  package func saved(_ count: Int) -> UnsafeMutableRawPointer {
    if let present = node.pointee.saved {
      if node.pointee.savedCount != count { tape.refuseSaved(count, by: node) }
      return present
    }
    let place = tape.take(Shape(count))
    node.pointee.saved = place
    node.pointee.savedCount = count
    return place
  }
}

extension Tape {
  /// The trap of an operation that asks for what it has kept under another count.
  func refuseSaved(_ count: Int, by node: UnsafeMutablePointer<Node>) -> Never {
    mistake(
      "\(name(of: node)): keeps \(node.pointee.savedCount) numbers for its derivative, not \(count), "
        + "in \(parameters.path(of: node.pointee.scope))")
  }

  /// Checks that a custom operation has an operand of that index.
  func check(operand index: Int, of node: UnsafeMutablePointer<Node>) -> Int {
    let count = Int(node.pointee.operandCount)
    if index < 0 || index >= count {
      mistake(
        "\(name(of: node)): operand \(index) of \(count), in "
          + parameters.path(of: node.pointee.scope))
    }
    return index
  }
}
