private import CKernels
private import ThalwegTensor

extension Operation {
  static let argMaximum = Operation("argMaximum", cutsGradient: true) { step in
    step.extreme(isSmallest: 0)
  } backward: { _ in
  }

  static let argMinimum = Operation("argMinimum", cutsGradient: true) { step in
    step.extreme(isSmallest: 1)
  } backward: { _ in
  }
}

extension Forward {
  fileprivate func extreme(isSmallest: Int32) {
    let lanes = Lanes(operand(0).pointee.shape, Int(attributes[0]))
    let places = value.bindMemory(to: Int32.self, capacity: lanes.outer * lanes.inner)
    kernels.pointee.extreme(
      places, input(0), Int64(lanes.outer), Int64(lanes.extent), Int64(lanes.inner), isSmallest)
  }
}

extension Value {
  /// Where the largest entry along `axis` stands, which stays with extent 1: of equals the first,
  /// and the first NaN where there is one. The gradient ends here.
  /// - Precondition: the axis' extent is positive.
  public func argMaximum(axis: Int) -> Indices { extreme(.argMaximum, "argMaximum", axis) }

  /// Where the smallest entry along `axis` stands, which stays with extent 1: of equals the first,
  /// and the first NaN where there is one. The gradient ends here.
  /// - Precondition: the axis' extent is positive.
  public func argMinimum(axis: Int) -> Indices { extreme(.argMinimum, "argMinimum", axis) }

  private func extreme(_ kind: OperationKind, _ name: StaticString, _ axis: Int) -> Indices {
    let shape = tape.shape(of: self, having: axis, name)
    if shape[axis] == 0 {
      mistake("\(name): axis \(axis) of shape \(shape) has no entry, \(tape.whereabouts)")
    }
    return Indices(
      madeBy: tape.apply(
        kind, shape.replacing(axis, with: 1), self, attributes: SIMD4(Double(axis), 0, 0, 0)))
  }
}
