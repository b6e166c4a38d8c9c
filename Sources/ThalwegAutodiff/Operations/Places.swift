private import CKernels
private import ThalwegTensor

/// The numbers of an operand that holds indices.
struct Places {
  let start: UnsafePointer<Int32>
  let count: Int

  init(_ node: UnsafeMutablePointer<Node>) {
    count = node.pointee.shape.count
    start = UnsafePointer(node.pointee.value.assumingMemoryBound(to: Int32.self))
  }
}

extension Forward {
  /// The indices that operand `position` holds.
  ///
  /// Traps where one is out of range: not once where the node is made but at each computation,
  /// because indices that are computed change with the numbers behind them.
  func places(_ position: Int, below extent: Int) -> Places {
    let places = Places(operand(position))
    let entry = kernels.pointee.first_outside(places.start, Int64(places.count), Int64(extent))
    if entry >= 0 { outside(places.start[Int(entry)], at: Int(entry), extent) }
    return places
  }

  private func outside(_ index: Int32, at entry: Int, _ extent: Int) -> Never {
    let path = tape.parameters.path(of: node.pointee.scope)
    mistake(
      "\(tape.name(of: node)): index \(index) at entry \(entry) of the indices is not below the "
        + "extent \(extent), \(path.isEmpty ? "outside any module" : "in \(path)")")
  }
}

extension Backward {
  /// The indices that operand `position` holds, which forward has checked.
  func places(_ position: Int) -> Places { Places(operand(position)) }
}
