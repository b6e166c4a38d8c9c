package import CKernels
package import ThalwegTensor

/// How two shapes meet: trailing axes are aligned, an extent of 1 repeats (NumPy's rule).
package struct Broadcasting {
  package let shape: Shape
  package let first: Shape
  package let second: Shape

  package var isPlain: Bool { first == shape && second == shape }

  /// The common shape of two operands.
  /// - Precondition: aligned extents are equal, or one of them is 1.
  package init(_ first: Shape, _ second: Shape, _ operation: StaticString, _ tape: Tape) {
    self.first = first
    self.second = second
    if first == second {
      shape = first
      return
    }
    let rank = max(first.rank, second.rank)
    var extents = SIMD8<Int32>(repeating: 1)
    for axis in 0..<rank {
      let a = Broadcasting.extent(first, axis, rank)
      let b = Broadcasting.extent(second, axis, rank)
      if a != b && a != 1 && b != 1 {
        mistake(
          "\(operation): shapes \(first) and \(second) do not broadcast "
            + "(axis \(axis): \(a) and \(b)), \(tape.whereabouts)")
      }
      extents[axis] = Int32(a == 1 ? b : a)
    }
    shape = Shape(rank: rank, extents: extents)
  }

  private static func extent(_ shape: Shape, _ axis: Int, _ rank: Int) -> Int {
    let own = axis - (rank - shape.rank)
    return own < 0 ? 1 : Int(shape.extents[own])
  }

  /// The walk over the common shape with the strides of `first` and `second` in it.
  package var walk: tw_walk { Broadcasting.walk(shape, first, second) }

  /// The walk that sums a tensor of the common shape into `target`, which broadcast to it.
  package func sumWalk(into target: Shape) -> tw_walk { Broadcasting.walk(shape, target, shape) }

  private static func walk(_ shape: Shape, _ first: Shape, _ second: Shape) -> tw_walk {
    let (a, b) = (strides(first, shape), strides(second, shape))
    var walk = StridedWalk()
    for axis in 0..<shape.rank { walk.append(shape[axis], Int(a[axis]), Int(b[axis])) }
    return walk.raw
  }

  /// The step of `shape` along each axis of `common`; 0 where it repeats.
  private static func strides(_ shape: Shape, _ common: Shape) -> SIMD8<Int64> {
    var strides = SIMD8<Int64>.zero
    var step: Int64 = 1
    for own in stride(from: shape.rank - 1, through: 0, by: -1) {
      let axis = own + common.rank - shape.rank
      strides[axis] = shape[own] == 1 ? 0 : step
      step *= Int64(shape[own])
    }
    return strides
  }
}

extension Backward {
  /// Hands a cotangent of the common shape to operand `index`, summed over the axes along which the
  /// operand was repeated. `write` fills memory of the common shape.
  package func deliverSummed(to index: Int, _ write: (UnsafeMutableRawPointer) -> Void) {
    let target = operand(index).pointee.shape
    if target == shape {
      deliver(to: index, write)
      return
    }
    deliver(to: index) { place in
      let whole = scratch(shape)
      write(whole)
      let meeting = Broadcasting(target, shape, "broadcast", tape)
      var walk = meeting.sumWalk(into: target)
      kernels.pointee.sum_to(
        place, tape.takeTotals(target.count), Int64(target.count), whole, &walk)
    }
  }

  /// a op b of the common shape, where a is the cotangent.
  package func combine(
    _ kind: tw_binary, with index: Int, into place: UnsafeMutableRawPointer
  ) {
    let other = operand(index)
    if other.pointee.shape == shape {
      kernels.pointee.binary(kind, place, cotangent, other.pointee.value, count)
      return
    }
    var walk = Broadcasting(shape, other.pointee.shape, "broadcast", tape).walk
    kernels.pointee.broadcast(kind, place, cotangent, other.pointee.value, &walk)
  }
}

extension Backward {
  /// Hands operand `index` of two the cotangent times the derivative by it, which `slope` gives when
  /// that operand comes first.
  package func deliverSlope(_ slope: tw_binary, to index: Int) {
    deliverSummed(to: index) { place in
      let factor = scratch(shape)
      tape.combine(slope, operand(index), operand(1 - index), shape, into: factor)
      kernels.pointee.binary(TW_MULTIPLY, place, cotangent, factor, count)
    }
  }
}

extension Operation {
  /// An operation of two operands, entry by entry, whose shapes broadcast.
  static func binary(
    _ name: String, _ kind: tw_binary,
    backward: @escaping @Sendable (borrowing Backward) -> Void
  ) -> Operation {
    Operation(name) { step in
      step.tape.combine(kind, step.operand(0), step.operand(1), step.shape, into: step.value)
    } backward: {
      backward($0)
    }
  }
}

extension Tape {
  /// a op b of the common shape.
  package func combine(
    _ kind: tw_binary, _ a: UnsafeMutablePointer<Node>, _ b: UnsafeMutablePointer<Node>,
    _ shape: Shape, into place: UnsafeMutableRawPointer
  ) {
    if a.pointee.shape == shape && b.pointee.shape == shape {
      kernels.pointee.binary(kind, place, a.pointee.value, b.pointee.value, Int64(shape.count))
    } else if shape.count > 0 {
      var walk = Broadcasting(a.pointee.shape, b.pointee.shape, "broadcast", self).walk
      kernels.pointee.broadcast(kind, place, a.pointee.value, b.pointee.value, &walk)
    }
  }

  package func binary(
    _ operation: OperationKind, _ name: StaticString, _ a: Value, _ b: Value
  ) -> Value {
    let first = node(a, name).pointee.shape
    let second = node(b, name).pointee.shape
    if first == second { return apply(operation, first, a, b) }
    return apply(operation, Broadcasting(first, second, name, self).shape, a, b)
  }
}
