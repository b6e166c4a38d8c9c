import Testing
import ThalwegTensor

@Suite struct ArenaTests {
  private static let requests = [1, 64, 65, 0, 1000, 1 << 20, 3 << 20, 7, 1 << 19, 1 << 19, 8]

  @Test func `pieces are aligned and do not overlap`() {
    var arena = Arena()
    var taken: [(start: UInt, end: UInt)] = []
    for bytes in Self.requests {
      let piece = arena.take(bytes)
      piece.initializeMemory(as: UInt8.self, repeating: 0xA5, count: bytes)
      taken.append((UInt(bitPattern: piece), UInt(bitPattern: piece) + UInt(max(bytes, 1))))
    }
    #expect(taken.allSatisfy { $0.start % 64 == 0 })
    taken.sort { $0.start < $1.start }
    for (left, right) in zip(taken, taken.dropFirst()) { #expect(left.end <= right.start) }
  }

  @Test func `after a reset the same requests get the same memory`() {
    var arena = Arena()
    let first = Self.requests.map { arena.take($0) }
    arena.reset()
    let second = Self.requests.map { arena.take($0) }
    #expect(first == second)
  }

  @Test func `a smaller step fits into the memory of a larger one`() {
    var arena = Arena()
    let large = arena.take(1 << 20)
    arena.reset()
    #expect(arena.take(100) == large)
    #expect(arena.take(100) == large + 128)
  }
}
