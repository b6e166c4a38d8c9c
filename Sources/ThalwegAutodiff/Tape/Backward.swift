package import CKernels
package import ThalwegTensor

/// What the derivative of one operation is given: its node, the cotangent that came, and the way
/// to hand cotangents on to the operands.
package struct Backward: ~Copyable {
  package let tape: Tape
  package let node: UnsafeMutablePointer<Node>
  /// The derivative of the loss with respect to the node's value, in the node's shape.
  package let cotangent: UnsafeMutableRawPointer

  package var kernels: UnsafePointer<tw_kernels> { tape.kernels }
  package var value: UnsafeMutableRawPointer { node.pointee.value }
  package var shape: Shape { node.pointee.shape }
  package var count: Int64 { Int64(node.pointee.shape.count) }
  /// Bytes of the node's value and of its cotangent.
  package var byteCount: Int { node.pointee.shape.count * tape.scalarType.width }
  package var attributes: SIMD4<Double> { node.pointee.attributes }
  /// The one number of a scalar's cotangent.
  package var scalarCotangent: Double { tape.number(cotangent) }

  package func operand(_ index: Int) -> UnsafeMutablePointer<Node> {
    tape.nodes + tape.operand(node, index)
  }

  /// The value of operand `index`.
  package func input(_ index: Int) -> UnsafeMutableRawPointer { operand(index).pointee.value }

  /// What forward has kept.
  package var saved: UnsafeMutableRawPointer {
    guard let saved = node.pointee.saved else {
      mistake("\(tape.name(of: node)): forward has kept nothing for the derivative")
    }
    return saved
  }

  /// Memory of the arena for a tensor of this shape.
  package func scratch(_ shape: Shape) -> UnsafeMutableRawPointer {
    tape.take(shape)
  }

  /// Lets `write` put the cotangent of operand `index` where it belongs, and adds it to what other
  /// uses of the operand have brought. Does nothing where no gradient is needed.
  @inline(__always)
  package func deliver(to index: Int, _ write: (UnsafeMutableRawPointer) -> Void) {
    guard let place = place(of: index) else { return }
    write(place)
    settle(place, of: index)
  }

  /// Where the cotangent of operand `index` is to be written, for derivatives that come several at a
  /// time; nil where no gradient is needed. `settle` is to follow, in the order of the operands.
  @inline(__always)
  package func place(of index: Int) -> UnsafeMutableRawPointer? {
    let target = operand(index)
    if !target.pointee.needsGradient { return nil }
    if target.pointee.gradient != nil { return scratch(target.pointee.shape) }
    let place = tape.gradientMemory(of: target)
    target.pointee.gradient = place
    return place
  }

  /// Adds what was written to what other uses of the operand have brought.
  @inline(__always)
  package func settle(_ place: UnsafeMutableRawPointer?, of index: Int) {
    let target = operand(index)
    guard let place, let present = target.pointee.gradient, place != present else { return }
    kernels.pointee.accumulate(present, place, Int64(target.pointee.shape.count))
  }

  /// Like `deliver`, for derivatives that fill a part of the operand only: `add` adds to memory of
  /// the operand's shape that holds what other uses have brought, or zeros.
  package func deliverAdding(to index: Int, _ add: (UnsafeMutableRawPointer) -> Void) {
    let target = operand(index)
    if !target.pointee.needsGradient { return }
    if let present = target.pointee.gradient {
      add(present)
    } else {
      let place = tape.gradientMemory(of: target)
      kernels.pointee.fill(place, 0, Int64(target.pointee.shape.count))
      add(place)
      target.pointee.gradient = place
    }
  }

  /// Like `deliver`, for matrix products, which can add to what is there.
  package func deliverProduct(
    to index: Int, _ product: (UnsafeMutableRawPointer, Double) -> Product
  ) {
    let target = operand(index)
    if !target.pointee.needsGradient { return }
    if let present = target.pointee.gradient {
      tape.machine.multiply(product(present, 1))
    } else {
      let place = tape.gradientMemory(of: target)
      tape.machine.multiply(product(place, 0))
      target.pointee.gradient = place
    }
  }
}
