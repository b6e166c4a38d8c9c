internal import ThalwegTensor

/// The queries of an attention in blocks: as many times 32 as have scores of at most 256 KB, once at
/// least, which then stay in a near cache between the passes over them.
struct QueryBlocks {
  private static let bytes = 1 << 18

  private let queries: Int
  private let keys: Int
  private let isCausal: Bool
  /// The queries of a block.
  let size: Int

  init(queries: Int, keys: Int, isCausal: Bool, _ type: ScalarType) {
    (self.queries, self.keys, self.isCausal) = (queries, keys, isCausal)
    let fitting = QueryBlocks.bytes / (max(keys, 1) * type.width) / 32 * 32
    size = min(max(fitting, 32), max(queries, 1))
  }

  /// At least one, which without queries is empty: its keys get a gradient of 0 all the same.
  var count: Int { max(1, (queries + size - 1) / size) }

  subscript(number: Int) -> QueryBlock {
    let rows = number * size..<min((number + 1) * size, queries)
    let seen = isCausal ? min(rows.lowerBound + 1, keys) : keys
    // The last block leaves no key out, so that each gets its gradient, if 0.
    let isCut = isCausal && rows.upperBound < queries
    return QueryBlock(queries: rows, seen: seen, keys: isCut ? min(rows.upperBound, keys) : keys)
  }
}

/// Some queries, and the keys that they may look at.
struct QueryBlock {
  let queries: Range<Int>
  /// The keys that the first query may look at; where they are not all, each further one one more.
  let seen: Int
  /// The keys of which scores are computed.
  let keys: Int
}
