public import ThalwegTensor

extension Parameters {
  /// The state tensor at `path`, nil where there is none.
  public func state(_ path: String) -> StateTensor? {
    stateSegments.firstIndex { $0.path == path }.map(state)
  }

  private func state(_ index: Int) -> StateTensor {
    StateTensor(index: Int32(index), shape: stateSegments[index].shape)
  }

  /// The state tensors with their paths, in order of registration.
  public var allStates: [(path: String, state: StateTensor)] {
    stateSegments.indices.map { (stateSegments[$0].path, state($0)) }
  }

  /// The number of state tensors.
  public var stateCount: Int { stateSegments.count }

  package func segment(of state: StateTensor) -> Segment {
    let index = Int(state.index)
    if index >= stateSegments.count || stateSegments[index].shape != state.shape {
      mistake("state: number \(index), shape \(state.shape), is of another model")
    }
    return stateSegments[index]
  }

  private func check(_ state: StateTensor, _ index: Int) -> Int {
    let segment = segment(of: state)
    if index < 0 || index >= segment.shape.count {
      mistake("state: entry \(index) of '\(segment.path)', shape \(segment.shape)")
    }
    return segment.offset + index
  }

  /// Entry `index`, row-major, of a state tensor.
  public func value(_ state: StateTensor, _ index: Int) -> Double { states[check(state, index)] }

  /// Writes entry `index`, row-major, of a state tensor.
  public func setValue(_ state: StateTensor, _ index: Int, to number: Double) {
    states[check(state, index)] = number
    valuesChanged()
  }

  /// The values of a state tensor, as the last step that was taken left them.
  public func tensor(_ state: StateTensor) -> Tensor { states.tensor(of: segment(of: state)) }
}

extension FlatStorage {
  /// A copy of the numbers of one segment.
  func tensor(of segment: Parameters.Segment) -> Tensor {
    let range = segment.offset..<segment.offset + segment.shape.count
    return switch scalarType {
    case .float32: Tensor(range.map { Float(self[$0]) }, shape: segment.shape)
    case .float64: Tensor(range.map { self[$0] }, shape: segment.shape)
    }
  }
}
