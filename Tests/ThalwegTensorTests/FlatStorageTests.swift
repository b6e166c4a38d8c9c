import Testing
import ThalwegTensor

@Suite struct FlatStorageTests {
  @Test(arguments: ScalarType.allCases)
  func `growing keeps the numbers and adds zeros`(_ type: ScalarType) {
    let storage = FlatStorage(type, count: 3)
    #expect((0..<3).map { storage[$0] } == [0, 0, 0])
    for index in 0..<3 { storage[index] = Double(index) + 0.5 }
    for count in [4, 1024, 1025, 5000, 100_000] {
      storage.grow(to: count)
      #expect(storage.count == count)
      #expect((0..<3).map { storage[$0] } == [0.5, 1.5, 2.5])
      #expect((3..<count).allSatisfy { storage[$0] == 0 })
      #expect(UInt(bitPattern: storage.pointer) % 64 == 0)
      #expect(storage.bytes.count == count * type.width)
    }
    storage.grow(to: 10)
    #expect(storage.count == 100_000)
  }

  /// Past what is reserved at first.
  @Test func `what was outgrown can be read still`() {
    let storage = FlatStorage(.float32, count: 2)
    var seen: [UnsafeMutableRawPointer] = []
    for count in [2000, 1 << 20, 1 << 23, 1 << 25] {
      storage.grow(to: count)
      storage[count - 1] = Double(count)
      if seen.last != storage.pointer { seen.append(storage.pointer) }
    }
    #expect(seen.count > 1 && seen.count < 4)
    #expect([2000, 1 << 20, 1 << 23, 1 << 25].allSatisfy { storage[$0 - 1] == Double($0) })
    #expect(storage[1 << 24] == 0)
    for pointer in seen {
      #expect(pointer.assumingMemoryBound(to: Float.self)[1999] == 2000)
    }
  }

  @Test func `numbers are rounded to the precision of the storage`() {
    let narrow = FlatStorage(.float32, count: 1)
    narrow[0] = 0.1
    #expect(narrow[0] == Double(Float(0.1)))
    let wide = FlatStorage(.float64, count: 1)
    wide[0] = 0.1
    #expect(wide[0] == 0.1)
  }

  @Test(arguments: ScalarType.allCases)
  func `a copy takes over every number`(_ type: ScalarType) {
    let source = FlatStorage(type, count: 2000)
    for index in 0..<2000 { source[index] = Double(index) }
    let copy = FlatStorage(type, count: 2000)
    copy.copy(from: source)
    #expect(copy.bytes.elementsEqual(source.bytes))
    source[0] = -1
    #expect(copy[0] == 0)
  }

  @Test func `storages of another count or precision do not fit`() async {
    let count = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { FlatStorage(.float32, count: 2).copy(from: FlatStorage(.float32, count: 3)) }
    #expect(trapText(count).contains("3 float32 do not fit 2 float32"))
    let type = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { FlatStorage(.float32, count: 2).copy(from: FlatStorage(.float64, count: 2)) }
    #expect(trapText(type).contains("2 float64 do not fit 2 float32"))
  }
}
