public import ThalwegTensor

extension Parameters {
  private func check(_ parameter: Parameter, _ index: Int) -> Int {
    let segment = segments[Int(parameter.index)]
    if index < 0 || index >= segment.shape.count {
      mistake("parameters: entry \(index) of '\(segment.path)', shape \(segment.shape)")
    }
    return segment.offset + index
  }

  /// Entry `index`, row-major, of a parameter.
  public func value(_ parameter: Parameter, _ index: Int) -> Double {
    values[check(parameter, index)]
  }

  /// Writes entry `index`, row-major, of a parameter.
  public func setValue(_ parameter: Parameter, _ index: Int, to number: Double) {
    values[check(parameter, index)] = number
    valuesChanged()
  }

  /// Entry `index` of the gradient that the last backward pass left.
  ///
  /// Meaningful only where that pass reached the parameter (`Tape.reach`).
  public func gradient(_ parameter: Parameter, _ index: Int) -> Double {
    gradients[check(parameter, index)]
  }

  /// The values of a parameter.
  public func tensor(_ parameter: Parameter) -> Tensor {
    let segment = segments[Int(parameter.index)]
    let range = segment.offset..<segment.offset + segment.shape.count
    switch scalarType {
    case .float32: return Tensor(range.map { Float(values[$0]) }, shape: segment.shape)
    case .float64: return Tensor(range.map { values[$0] }, shape: segment.shape)
    }
  }
}
