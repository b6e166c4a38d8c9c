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

  /// The gradient that the last backward pass left; as meaningful as `gradient(_:_:)`.
  package func gradientTensor(_ parameter: Parameter) -> Tensor {
    gradients.tensor(of: segments[Int(parameter.index)])
  }

  /// The values of a parameter.
  public func tensor(_ parameter: Parameter) -> Tensor {
    values.tensor(of: segments[Int(parameter.index)])
  }
}
