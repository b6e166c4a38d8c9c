/// The axes along which the elements of one view, or of several of one shape, are visited: those
/// with the longest steps first, and those that run on into each other as one.
struct ElementAxes {
  struct Axis: Equatable {
    var extent: Int
    /// In elements, one for each view.
    var strides: [Int]
  }

  let axes: [Axis]
  /// How often each element is met: the extents of the axes on which no view moves.
  let repeats: Int

  /// - Parameters:
  ///   - extents: none of them 0.
  ///   - strides: those of each view.
  init(_ extents: [Int], strides: [[Int]]) {
    var repeats = 1
    var axes: [Axis] = []
    for (axis, extent) in extents.enumerated() where extent != 1 {
      let steps = strides.map { $0[axis] }
      if steps.allSatisfy({ $0 == 0 }) {
        repeats *= extent
      } else {
        axes.append(Axis(extent: extent, strides: steps))
      }
    }
    // Sorting in place would not keep the order of equal steps.
    let order = axes.indices.sorted { first, second in
      let (left, right) = (axes[first].strides, axes[second].strides)
      return left == right ? first < second : right.lexicographicallyPrecedes(left)
    }
    var joined: [Axis] = []
    for axis in order.map({ axes[$0] }) {
      if let last = joined.last, ElementAxes.runsOn(last, into: axis) {
        joined[joined.count - 1] = Axis(extent: last.extent * axis.extent, strides: axis.strides)
      } else {
        joined.append(axis)
      }
    }
    self.axes = joined
    self.repeats = repeats
  }

  private static func runsOn(_ outer: Axis, into inner: Axis) -> Bool {
    zip(outer.strides, inner.strides).allSatisfy { outerStep, innerStep in
      let (reach, overflow) = inner.extent.multipliedReportingOverflow(by: innerStep)
      return !overflow && outerStep == reach
    }
  }

  /// Visits the runs along the last axis, which is the fastest.
  /// - Parameter body: gets where each view starts, in elements from `offsets` on, and the run.
  func forEachRun<Failure: Error>(
    from offsets: [Int], _ body: ([Int], Axis) throws(Failure) -> Void
  ) throws(Failure) {
    let run = axes.last ?? Axis(extent: 1, strides: offsets.map { _ in 0 })
    let outer = axes.dropLast()
    var place = [Int](repeating: 0, count: outer.count)
    var offsets = offsets
    while true {
      try body(offsets, run)
      var axis = outer.count - 1
      while axis >= 0 {
        place[axis] += 1
        let isDone = place[axis] == outer[axis].extent
        let step = isDone ? 1 - outer[axis].extent : 1
        for view in offsets.indices { offsets[view] += step * outer[axis].strides[view] }
        if !isDone { break }
        place[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}
