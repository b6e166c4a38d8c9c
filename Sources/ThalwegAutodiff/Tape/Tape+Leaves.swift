private import ThalwegTensor

extension Operation {
  static let parameter = Operation("parameter") { _ in
  } backward: { _ in
  }
  static let constant = Operation("constant") { _ in
  } backward: { _ in
  }
}

extension Tape {
  @inline(__always)
  package func leaf(_ parameter: Parameter) -> Value {
    let index = Int(parameter.index)
    if index >= parameters.segments.count || parameters.segments[index].shape != parameter.shape {
      mistake("parameter: number \(index), shape \(parameter.shape), is of another model")
    }
    if index >= leafCount {
      mistake("parameter: '\(parameters.paths[index])' was registered after the step began")
    }
    let known = leaves[index]
    if known >= 0 { return Value(tape: self, id: known, generation: generation) }
    let segment = parameters.segments[index]
    let value = append(
      .parameter, segment.shape, attributes: SIMD4(Double(index), 0, 0, 0),
      value: parameters.values.pointer + segment.offset * scalarType.width)
    nodes[Int(value.id)].needsGradient = isRecording && !segment.isFrozen
    leaves[index] = value.id
    return value
  }

  package func write(_ numbers: UnsafeBufferPointer<Float>, _ target: UnsafeMutableRawPointer) {
    guard let start = numbers.baseAddress else { return }
    switch scalarType {
    case .float32: target.copyMemory(from: start, byteCount: numbers.count * 4)
    case .float64:
      let wide = target.assumingMemoryBound(to: Double.self)
      for index in 0..<numbers.count { wide[index] = Double(start[index]) }
    }
  }

  package func write(_ numbers: [Double], _ target: UnsafeMutableRawPointer) {
    switch scalarType {
    case .float32:
      let narrow = target.assumingMemoryBound(to: Float.self)
      for (index, number) in numbers.enumerated() { narrow[index] = Float(number) }
    case .float64:
      let wide = target.assumingMemoryBound(to: Double.self)
      for (index, number) in numbers.enumerated() { wide[index] = number }
    }
  }
}
