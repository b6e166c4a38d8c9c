private import ThalwegTensor

extension Operation {
  static let concatenate = Operation("concatenate") { step in
    let width = step.tape.scalarType.width
    let stride = step.shape.last * width
    var offset = 0
    for index in 0..<step.operandCount {
      let bytes = step.operand(index).pointee.shape.last * width
      let source = step.input(index)
      for row in 0..<step.shape.rows {
        (step.value + row * stride + offset).copyMemory(
          from: source + row * bytes, byteCount: bytes)
      }
      offset += bytes
    }
  } backward: { step in
    let width = step.tape.scalarType.width
    let rows = step.shape.rows
    let stride = step.shape.last * width
    var offset = 0
    for index in 0..<Int(step.node.pointee.operandCount) {
      let bytes = step.operand(index).pointee.shape.last * width
      let source = step.cotangent + offset
      step.deliver(to: index) { place in
        for row in 0..<rows {
          (place + row * bytes).copyMemory(from: source + row * stride, byteCount: bytes)
        }
      }
      offset += bytes
    }
  }
}

extension Value {
  /// The values side by side along the innermost axis; each gets its part of the cotangent back.
  /// - Precondition: at least one value; all extents but the innermost are equal.
  public static func concatenated(_ values: Value...) -> Value {
    guard let first = values.first else { mistake("concatenate: no values") }
    let tape = first.tape
    let shape = tape.node(first, "concatenate").pointee.shape
    let start = tape.nextOperand
    var total = 0
    for value in values {
      let other = tape.node(value, "concatenate").pointee.shape
      if other.rank == 0 || other.replacingLast(with: 1) != shape.replacingLast(with: 1) {
        mistake("concatenate: shapes \(shape) and \(other) do not fit, \(tape.whereabouts)")
      }
      total += other.last
      tape.appendOperand(value.id)
    }
    return tape.apply(.concatenate, shape.replacingLast(with: total), operandsFrom: start)
  }
}
