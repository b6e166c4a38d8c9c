#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// Memory that is zero at first.
private struct Block {
  /// What is reserved at least for a block that grows. Pages take memory when they are first written
  /// to, so what is never reached costs addresses alone, and what is reached need not be copied.
  private static let leastReserved = 1 << 24

  let start: UnsafeMutableRawPointer
  let bytes: Int
  private let isMapped: Bool

  init(bytes: Int) {
    self.init(start: .allocate(byteCount: bytes, alignment: 64), bytes: bytes, isMapped: false)
    memset(start, 0, bytes)
  }

  private init(start: UnsafeMutableRawPointer, bytes: Int, isMapped: Bool) {
    self.start = start
    self.bytes = bytes
    self.isMapped = isMapped
  }

  /// Room for `needed` bytes and for many more.
  static func reserved(_ needed: Int) -> Block {
    let bytes = max(16 * needed, leastReserved)
    let mapped = mmap(
      nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON | MAP_NORESERVE, -1, 0)
    guard let mapped, mapped != MAP_FAILED else { return Block(bytes: 2 * needed) }
    return Block(start: mapped, bytes: bytes, isMapped: true)
  }

  func free() {
    if isMapped { munmap(start, bytes) } else { start.deallocate() }
  }
}

/// One aligned block of numbers of one precision, zero at first, that can grow at its end.
package final class FlatStorage {
  package let scalarType: ScalarType
  package private(set) var count = 0
  private var block: Block
  /// Blocks that were outgrown: a step that is under way may still read them.
  private var outgrown: [Block] = []

  package init(_ scalarType: ScalarType, count: Int = 0) {
    self.scalarType = scalarType
    block = Block(bytes: max(count, 1024) * scalarType.width)
    self.count = count
  }

  deinit {
    block.free()
    for block in outgrown { block.free() }
  }

  package var pointer: UnsafeMutableRawPointer { block.start }

  /// Grows to `newCount` numbers, the new ones zero; the address may change.
  package func grow(to newCount: Int) {
    if newCount * scalarType.width > block.bytes {
      let larger = Block.reserved(newCount * scalarType.width)
      larger.start.copyMemory(from: pointer, byteCount: count * scalarType.width)
      outgrown.append(block)
      block = larger
    }
    count = max(count, newCount)
  }

  /// The number at `index`, widened to Double.
  package subscript(_ index: Int) -> Double {
    get {
      switch scalarType {
      case .float32: Double(pointer.assumingMemoryBound(to: Float.self)[index])
      case .float64: pointer.assumingMemoryBound(to: Double.self)[index]
      }
    }
    set {
      switch scalarType {
      case .float32: pointer.assumingMemoryBound(to: Float.self)[index] = Float(newValue)
      case .float64: pointer.assumingMemoryBound(to: Double.self)[index] = newValue
      }
    }
  }

  /// The first `count` numbers as bytes.
  package var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: pointer, count: count * scalarType.width)
  }

  /// Takes over the numbers of a storage of the same precision and count.
  package func copy(from other: FlatStorage) {
    if other.count != count || other.scalarType != scalarType {
      mistake("storage: \(other.count) \(other.scalarType) do not fit \(count) \(scalarType)")
    }
    pointer.copyMemory(from: other.pointer, byteCount: count * scalarType.width)
  }
}
