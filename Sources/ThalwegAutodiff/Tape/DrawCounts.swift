/// How many random draws each module has made in this part of the step.
struct DrawCounts: ~Copyable {
  private var counts: UnsafeMutablePointer<UInt32>
  private var capacity = 16

  init() {
    counts = .allocate(capacity: capacity)
    counts.initialize(repeating: 0, count: capacity)
  }

  deinit { counts.deallocate() }

  mutating func clear() { counts.update(repeating: 0, count: capacity) }

  /// How many draws the module at `place` has made before this one.
  mutating func next(_ place: Int) -> UInt32 {
    if place >= capacity { grow(to: max(place + 1, 2 * capacity)) }
    defer { counts[place] += 1 }
    return counts[place]
  }

  private mutating func grow(to newCapacity: Int) {
    let larger = UnsafeMutablePointer<UInt32>.allocate(capacity: newCapacity)
    larger.initialize(repeating: 0, count: newCapacity)
    larger.update(from: counts, count: capacity)
    counts.deallocate()
    counts = larger
    capacity = newCapacity
  }
}
