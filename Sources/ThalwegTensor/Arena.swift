/// A bump allocator: blocks grow while warming up, then only a cursor moves.
package struct Arena: ~Copyable {
  private struct Block {
    var start: UnsafeMutableRawPointer
    var bytes: Int
  }

  private static let alignment = 64
  private static let smallestBlock = 1 << 20

  private var blocks: [Block] = []
  private var current = 0
  private var cursor = 0

  package init() {}

  deinit {
    for block in blocks { block.start.deallocate() }
  }

  /// Memory for `bytes`, aligned to 64 bytes, uninitialized, valid until `reset`.
  package mutating func take(_ bytes: Int) -> UnsafeMutableRawPointer {
    let rounded = (max(bytes, 1) + Arena.alignment - 1) & ~(Arena.alignment - 1)
    while current < blocks.count {
      if cursor + rounded <= blocks[current].bytes {
        defer { cursor += rounded }
        return blocks[current].start + cursor
      }
      current += 1
      cursor = 0
    }
    let size = max(Arena.smallestBlock, rounded)
    let start = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: Arena.alignment)
    blocks.append(Block(start: start, bytes: size))
    cursor = rounded
    return start
  }

  /// A point of use that `rewind` goes back to.
  package struct Mark {
    fileprivate let block: Int
    fileprivate let cursor: Int
  }

  /// Where the arena stands.
  package var mark: Mark { Mark(block: current, cursor: cursor) }

  /// Gives back what was taken since `mark`; what was taken before stays valid.
  package mutating func rewind(to mark: Mark) {
    current = mark.block
    cursor = mark.cursor
  }

  /// Gives all memory back to the arena, none to the system.
  package mutating func reset() {
    current = 0
    cursor = 0
  }
}
