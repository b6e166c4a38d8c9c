#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// One aligned block of numbers of one precision, zero at first, that can grow at its end.
package final class FlatStorage {
  package let scalarType: ScalarType
  package private(set) var count = 0
  package private(set) var pointer: UnsafeMutableRawPointer
  private var capacity: Int
  /// Blocks that were outgrown: a step that is under way may still read them.
  private var outgrown: [UnsafeMutableRawPointer] = []

  package init(_ scalarType: ScalarType, count: Int = 0) {
    self.scalarType = scalarType
    capacity = max(count, 1024)
    pointer = FlatStorage.zeroed(bytes: capacity * scalarType.width)
    self.count = count
  }

  deinit {
    pointer.deallocate()
    for block in outgrown { block.deallocate() }
  }

  private static func zeroed(bytes: Int) -> UnsafeMutableRawPointer {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    memset(memory, 0, bytes)
    return memory
  }

  /// Grows to `newCount` numbers, the new ones zero; the address may change.
  package func grow(to newCount: Int) {
    if newCount > capacity {
      let newCapacity = max(newCount, capacity * 2)
      let memory = FlatStorage.zeroed(bytes: newCapacity * scalarType.width)
      memory.copyMemory(from: pointer, byteCount: count * scalarType.width)
      outgrown.append(pointer)
      pointer = memory
      capacity = newCapacity
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
