internal import ThalwegTensor

/// Memory of the arena that a job of attention works in, a place for each strand.
struct AttentionScratch {
  /// A block's probabilities, where they are not kept.
  let probabilities: UnsafeMutableRawPointer?
  /// The cotangent of a block's scores.
  let scores: UnsafeMutableRawPointer?
  /// A key or value turned over, where the library of matrix products needs that.
  let turned: UnsafeMutableRawPointer?
}

extension AttentionLayout {
  /// What the caller gives back by `rewind`.
  func takeScratch(isBackward: Bool) -> AttentionScratch {
    let block = Shape(strands, blocks.size, keys)
    // Rows of a few numbers make poor vectors, and the library allocates for them.
    let turns = headWidth <= 8 && !tape.machine.multipliesItself
    return AttentionScratch(
      probabilities: keepsProbabilities ? nil : tape.take(block),
      scores: isBackward ? tape.take(block) : nil,
      turned: turns ? tape.take(Shape(strands, headWidth, keys)) : nil)
  }

  /// Where a block's probabilities are, or are made.
  func probabilities(
    of block: QueryBlock, _ saved: UnsafeMutableRawPointer, _ scratch: AttentionScratch,
    _ strand: Int
  ) -> HeadMatrices {
    guard let base = scratch.probabilities else {
      // A block is all there is.
      return HeadMatrices(
        base: saved, batchStride: heads * queries * keys, headStride: queries * keys,
        rowStride: keys)
    }
    return place(base, strand, blocks.size, rowStride: block.keys)
  }

  func scoreCotangents(
    of block: QueryBlock, _ scratch: AttentionScratch, _ strand: Int
  ) -> HeadMatrices {
    guard let base = scratch.scores else { mistake("attention: no memory for cotangents") }
    return place(base, strand, blocks.size, rowStride: block.keys)
  }

  func turned(_ scratch: AttentionScratch, _ strand: Int) -> HeadMatrices? {
    scratch.turned.map { place($0, strand, headWidth, rowStride: keys) }
  }

  private func place(
    _ base: UnsafeMutableRawPointer, _ strand: Int, _ rows: Int, rowStride: Int
  ) -> HeadMatrices {
    HeadMatrices(
      shared: base + strand * rows * keys * tape.scalarType.width, rowStride: rowStride)
  }
}
