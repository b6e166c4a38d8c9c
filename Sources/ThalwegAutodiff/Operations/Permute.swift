private import CKernels
private import ThalwegTensor

/// Up to eight axes in one number of a node's attributes, three bits each.
private struct Axes {
  var order = SIMD8<Int>.zero

  var packed: Double {
    var bits = 0
    for place in 0..<8 { bits |= order[place] << (3 * place) }
    return Double(bits)
  }

  init() {}

  init(packed: Double) {
    let bits = Int(packed)
    for place in 0..<8 { order[place] = bits >> (3 * place) & 7 }
  }

  /// The walk over the result and the operand, which has the given shape.
  func walk(_ shape: Shape) -> StridedWalk {
    var strides = SIMD8<Int>.zero
    var step = 1
    for axis in stride(from: shape.rank - 1, through: 0, by: -1) {
      strides[axis] = step
      step *= shape[axis]
    }
    var walk = StridedWalk()
    for place in 0..<shape.rank {
      let extent = shape[order[place]]
      step = extent == 0 ? 0 : step / extent
      walk.append(extent, step, strides[order[place]])
    }
    return walk.inTiles
  }
}

extension Operation {
  static let permute = Operation("permute") { step in
    let walk = Axes(packed: step.attributes[0]).walk(step.operand(0).pointee.shape)
    // Where no two numbers change places the node is a view of its operand.
    if walk.rank < 2 { return }
    var raw = walk.raw
    step.kernels.pointee.move(step.value, step.input(0), &raw)
  } backward: { step in
    let walk = Axes(packed: step.attributes[0]).walk(step.operand(0).pointee.shape)
    var raw = walk.reversed.raw
    step.deliver(to: 0) { step.kernels.pointee.move($0, step.cotangent, &raw) }
  }
}

extension Value {
  /// The axes in another order: axis i of the result is axis `axes[i]` of the operand. The
  /// cotangent goes the way back. Copies, unless only axes of extent 1 move.
  /// - Precondition: each axis of the operand is named once.
  public func permuted(_ axes: [Int]) -> Value {
    var order = Axes()
    for (place, axis) in axes.prefix(8).enumerated() { order.order[place] = axis }
    return permuted(order, count: axes.count)
  }

  /// The axes in another order, as `permuted(_:)` takes them from a list, which would be allocated.
  /// - Precondition: each axis of the operand is named once.
  public func permuted(
    _ first: Int, _ second: Int, _ third: Int? = nil, _ fourth: Int? = nil, _ fifth: Int? = nil,
    _ sixth: Int? = nil, _ seventh: Int? = nil, _ eighth: Int? = nil
  ) -> Value {
    var order = Axes()
    order.order[0] = first
    order.order[1] = second
    var count = 2
    func add(_ axis: Int?) {
      guard let axis else { return }
      order.order[count] = axis
      count += 1
    }
    add(third)
    add(fourth)
    add(fifth)
    add(sixth)
    add(seventh)
    add(eighth)
    return permuted(order, count: count)
  }

  /// Two axes in each other's place; the cotangent goes the way back.
  /// - Precondition: the shape has both axes.
  public func transposed(_ first: Int, _ second: Int) -> Value {
    let shape = tape.shape(of: self, having: first, "transpose")
    _ = tape.shape(of: self, having: second, "transpose")
    var order = Axes()
    for axis in 0..<shape.rank { order.order[axis] = axis }
    order.order[first] = second
    order.order[second] = first
    return permuted(order, count: shape.rank)
  }

  private func permuted(_ axes: Axes, count: Int) -> Value {
    let operand = tape.node(self, "permute")
    let shape = operand.pointee.shape
    var seen = SIMD8<Int>.zero
    var isWhole = count == shape.rank
    for place in 0..<min(count, 8) {
      let axis = axes.order[place]
      isWhole = isWhole && axis >= 0 && axis < shape.rank && seen[axis] == 0
      if isWhole { seen[axis] = 1 }
    }
    if !isWhole {
      let named = (0..<min(count, 8)).map { axes.order[$0] }
      mistake("permute: axes \(named) of shape \(shape), \(tape.whereabouts)")
    }
    var extents = SIMD8<Int32>(repeating: 1)
    for place in 0..<shape.rank { extents[place] = shape.extents[axes.order[place]] }
    let isView = axes.walk(shape).rank < 2
    return tape.apply(
      .permute, Shape(rank: shape.rank, extents: extents), self,
      attributes: SIMD4(axes.packed, 0, 0, 0), value: isView ? operand.pointee.value : nil)
  }
}
