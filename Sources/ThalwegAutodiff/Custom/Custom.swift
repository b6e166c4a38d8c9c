private import CKernels
private import ThalwegTensor

extension Operation {
  /// Hands over to the operation that the node names; attribute 0 is its place in the step's list.
  static let custom = Operation("custom") { step in
    let own = step.tape.custom(of: step.node)
    switch step.tape.scalarType {
    case .float32: own._forward32(CustomForward(step))
    case .float64: own._forward64(CustomForward(step))
    }
  } backward: { step in
    step.deriveCustom()
  }
}

extension Backward {
  fileprivate func deriveCustom() {
    let places = (place(0), place(1), place(2), place(3))
    let own = tape.custom(of: node)
    switch tape.scalarType {
    case .float32: own._backward32(CustomBackward(self, places))
    case .float64: own._backward64(CustomBackward(self, places))
    }
    collect(0, places.0)
    collect(1, places.1)
    collect(2, places.2)
    collect(3, places.3)
  }

  /// Zeros for the derivative of operand `index`: the operand's own memory for the first that comes
  /// to it, else memory that is added to it afterwards.
  private func place(_ index: Int) -> UnsafeMutableRawPointer? {
    if index >= Int(node.pointee.operandCount) { return nil }
    let target = operand(index)
    if !target.pointee.needsGradient { return nil }
    let isFirst = target.pointee.gradient == nil
    let place = isFirst ? tape.gradientMemory(of: target) : scratch(target.pointee.shape)
    kernels.pointee.fill(place, 0, Int64(target.pointee.shape.count))
    if isFirst { target.pointee.gradient = place }
    return place
  }

  private func collect(_ index: Int, _ place: UnsafeMutableRawPointer?) {
    guard let place else { return }
    let target = operand(index)
    guard let present = target.pointee.gradient, present != place else { return }
    kernels.pointee.accumulate(present, place, Int64(target.pointee.shape.count))
  }
}

extension Value {
  /// The result of a custom operation of this value.
  public func applying(_ operation: some CustomOperation) -> Value {
    Value.applying(operation, to: self)
  }

  /// The result of a custom operation of up to four values.
  /// - Precondition: the values are of one tape, `operation` accepts their shapes, and no operand is
  ///   missing before another.
  public static func applying(
    _ operation: some CustomOperation, to first: Value, _ second: Value? = nil,
    _ third: Value? = nil, _ fourth: Value? = nil
  ) -> Value {
    let tape = first.tape
    if second == nil && (third != nil || fourth != nil) || third == nil && fourth != nil {
      mistake("\(operation.name): an operand is missing before another, \(tape.whereabouts)")
    }
    let shape = operation.shape(of: OperandShapes(tape, first, second, third, fourth))
    return tape.apply(
      .custom, shape, first, second, third, fourth,
      attributes: SIMD4(Double(tape.add(operation)), 0, 0, 0))
  }
}
