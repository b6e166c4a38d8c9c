/// The numbers that state tensors will have if the step is taken, laid out as the committed ones.
struct Proposals: ~Copyable {
  private var numbers: UnsafeMutableRawPointer
  private var byteCapacity = 64
  private var flags: UnsafeMutablePointer<Bool>
  private var capacity = 1
  /// The number of state tensors that there were when the step began.
  private(set) var count = 0
  /// Whether anything was proposed.
  private(set) var isAny = false

  init() {
    numbers = .allocate(byteCount: byteCapacity, alignment: 64)
    flags = .allocate(capacity: capacity)
  }

  deinit {
    numbers.deallocate()
    flags.deallocate()
  }

  /// Forgets all proposals; allocates only where there are more state tensors than before.
  mutating func clear(stateCount: Int, bytes: Int) {
    if bytes > byteCapacity {
      numbers.deallocate()
      numbers = .allocate(byteCount: bytes, alignment: 64)
      byteCapacity = bytes
    }
    if stateCount > capacity {
      flags.deallocate()
      flags = .allocate(capacity: stateCount)
      capacity = stateCount
    }
    count = stateCount
    isAny = false
    flags.update(repeating: false, count: stateCount)
  }

  /// The proposed numbers of state tensor `index`, which start at byte `offset`; nil: none are.
  func numbers(_ index: Int, at offset: Int) -> UnsafeRawPointer? {
    index < count && flags[index] ? UnsafeRawPointer(numbers + offset) : nil
  }

  /// - Precondition: `index` is below `count`.
  mutating func propose(
    _ index: Int, at offset: Int, _ source: UnsafeRawPointer, byteCount: Int
  ) {
    (numbers + offset).copyMemory(from: source, byteCount: byteCount)
    flags[index] = true
    isAny = true
  }
}
