package import CKernels
package import ThalwegTensor

/// How an axis goes when a tensor is reduced along it, and how it is found again from the node.
///
/// Every reduction along an axis has the form `f(axis:keepingAxis:)`: the axis stays with extent 1,
/// so that the result broadcasts against the operand, unless `keepingAxis` is false. A reduction
/// over all entries gives a scalar.
package struct Reduction {
  /// The attribute that stands for all axes.
  package static let all = -1.0

  /// The shape of the result.
  package let shape: Shape
  /// What the node keeps: the axis, or `all`.
  package let axis: Double

  /// Over all entries.
  package init() {
    shape = .scalar
    axis = Reduction.all
  }

  /// Along one axis.
  /// - Precondition: the shape of `x` has the axis.
  package init(_ x: Value, axis: Int, keepingAxis: Bool, _ name: StaticString) {
    let source = x.tape.shape(of: x, having: axis, name)
    shape = keepingAxis ? source.replacing(axis, with: 1) : source.removing(axis)
    self.axis = Double(axis)
  }

  /// The result's shape with the axis in it.
  package static func kept(_ source: Shape, _ axis: Double) -> Shape {
    axis == all ? .scalar : source.replacing(Int(axis), with: 1)
  }

  /// The axis as the kernels see it.
  package static func walk(_ source: Shape, _ axis: Double) -> tw_axis {
    if axis == all { return tw_axis(outer: 1, extent: Int64(source.count), inner: 1) }
    let lanes = Lanes(source, Int(axis))
    return tw_axis(
      outer: Int64(lanes.outer), extent: Int64(lanes.extent), inner: Int64(lanes.inner))
  }
}

extension Operation {
  /// A reduction that the kernels do along any axis. Attributes: axis, correction.
  static func reduction(_ name: String, _ kind: tw_reduction) -> Operation {
    Operation(name) { step in
      let axis = Reduction.walk(step.operand(0).pointee.shape, step.attributes[0])
      step.kernels.pointee.reduce_axis(
        kind, step.value, step.saved(2 * step.shape.count), step.input(0), step.attributes[1], axis)
    } backward: { step in
      let axis = Reduction.walk(step.operand(0).pointee.shape, step.attributes[0])
      step.deliver(to: 0) {
        step.kernels.pointee.reduce_axis_backward(
          kind, $0, step.scratch(step.shape), step.input(0), step.value, step.saved,
          step.cotangent, step.attributes[1], axis)
      }
    }
  }
}

extension Value {
  /// The node of a reduction.
  func reduced(
    _ kind: OperationKind, _ name: StaticString, _ reduction: Reduction, _ second: Double = 0
  ) -> Value {
    _ = tape.node(self, name)
    return tape.apply(kind, reduction.shape, self, attributes: SIMD4(reduction.axis, second, 0, 0))
  }

  /// Traps where a reduction that needs an entry has none.
  func requireEntry(_ name: StaticString) {
    let shape = tape.node(self, name).pointee.shape
    if shape.count == 0 { mistake("\(name): shape \(shape) has no entry, \(tape.whereabouts)") }
  }
}
