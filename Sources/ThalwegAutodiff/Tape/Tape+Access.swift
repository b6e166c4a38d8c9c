package import ThalwegTensor

extension Tape {
  /// The node that a value names; traps when the value is of an earlier step or another tape.
  @inline(__always)
  package func node(_ value: Value, _ operation: StaticString) -> UnsafeMutablePointer<Node> {
    if value.generation != generation || value.tape !== self { stale(value, operation) }
    return nodes + Int(value.id)
  }

  private func stale(_ value: Value, _ operation: StaticString) -> Never {
    let why = value.tape !== self ? "of another tape" : "of an earlier step"
    mistake("\(operation): a value \(why) was used, \(whereabouts)")
  }

  /// "in encoder.0": where a trap happened.
  package var whereabouts: String {
    let path = parameters.path(of: scope)
    return path.isEmpty ? "outside any module" : "in \(path)"
  }

  package func number(_ pointer: UnsafeMutableRawPointer) -> Double {
    scalarType == .float32
      ? Double(pointer.load(as: Float.self)) : pointer.load(as: Double.self)
  }

  package func store(_ number: Double, _ pointer: UnsafeMutableRawPointer) {
    switch scalarType {
    case .float32: pointer.storeBytes(of: Float(number), as: Float.self)
    case .float64: pointer.storeBytes(of: number, as: Double.self)
    }
  }

  package func tensor(_ pointer: UnsafeMutableRawPointer, _ shape: Shape) -> Tensor {
    switch scalarType {
    case .float32:
      let start = pointer.assumingMemoryBound(to: Float.self)
      return Tensor(
        Array(UnsafeBufferPointer(start: start, count: shape.count)), shape: shape)
    case .float64:
      let start = pointer.assumingMemoryBound(to: Double.self)
      return Tensor(
        Array(UnsafeBufferPointer(start: start, count: shape.count)), shape: shape)
    }
  }

  package func operand(_ node: UnsafeMutablePointer<Node>, _ index: Int) -> Int {
    Int(operands[Int(node.pointee.firstOperand) + index])
  }
}

extension Tape {
  /// The number that a loss term has come to, without its weight.
  package func number(of term: Term) -> Double { number(nodes[Int(term.node)].value) }
}
