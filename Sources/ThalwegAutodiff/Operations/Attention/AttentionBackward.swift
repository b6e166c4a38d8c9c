internal import CKernels
internal import ThalwegTensor

/// Attention on the way back, in the same blocks: one is done with before the next is begun.
private struct AttentionBackward {
  let layout: AttentionLayout
  let saved: UnsafeMutableRawPointer
  let cotangent: HeadMatrices
  let scratch: AttentionScratch
  /// Where the cotangents go; nil: nobody needs it.
  let query: HeadMatrices?
  let key: HeadMatrices?
  let value: HeadMatrices?

  func run(_ strand: Int) {
    for piece in stride(from: strand, to: layout.pieces, by: layout.strands) {
      // The last block reads all keys: it writes what the others add to.
      for number in (0..<layout.blocks.count).reversed() {
        let isFirst = number == layout.blocks.count - 1
        run(layout.blocks[number], piece, strand, adds: !isFirst)
      }
    }
  }

  private func run(_ block: QueryBlock, _ piece: Int, _ strand: Int, adds: Bool) {
    let type = layout.tape.scalarType
    let (first, rows) = (block.queries.lowerBound, block.queries.count)
    let p = layout.probabilities(of: block, saved, scratch, strand)
    if !layout.keepsProbabilities { layout.weigh(block, piece, into: p, saved, again: true) }
    let dy = cotangent.rows(from: first, type)
    if let value {
      layout.multiply(
        piece, p, dy, into: value, rows: block.keys, columns: layout.headWidth, inner: rows,
        transposesA: true, adds: adds)
    }
    if query == nil && key == nil { return }
    let ds = layout.scoreCotangents(of: block, scratch, strand)
    layout.multiply(
      piece, dy, layout.value(saved), into: ds, rows: rows, columns: block.keys,
      inner: layout.headWidth, transposesB: true)
    layout.tape.kernels.pointee.attention_softmax_backward(
      ds.base, p.matrix(piece, heads: layout.heads, type), Int64(rows), Int64(block.keys),
      Int64(block.seen), layout.scale)
    if let query {
      layout.multiply(
        piece, ds, layout.key(saved), into: query.rows(from: first, type), rows: rows,
        columns: layout.headWidth, inner: block.keys, turned: layout.turned(scratch, strand))
    }
    if let key {
      layout.multiply(
        piece, ds, layout.query.rows(from: first, type), into: key, rows: block.keys,
        columns: layout.headWidth, inner: rows, transposesA: true, adds: adds)
    }
  }
}

extension AttentionLayout {
  /// Computes the cotangents that somebody needs, into tensors of the operands' shapes or, where these
  /// are packed, into the thirds of one.
  func deliver(
    _ saved: UnsafeMutableRawPointer, from cotangent: UnsafeMutableRawPointer,
    query: UnsafeMutableRawPointer?, key: UnsafeMutableRawPointer?,
    value: UnsafeMutableRawPointer?
  ) {
    let mark = tape.mark
    var job = AttentionBackward(
      layout: self, saved: saved, cotangent: heads(at: cotangent, queries),
      scratch: takeScratch(isBackward: true),
      query: query.map { heads(at: $0, queries, packed: isPacked) },
      key: key.map { heads(at: $0, keys, packed: isPacked) },
      value: value.map { heads(at: $0, keys, packed: isPacked) })
    tape.machine.run(strands, job: &job) { job, strand in
      job.assumingMemoryBound(to: AttentionBackward.self).pointee.run(Int(strand))
    }
    tape.rewind(to: mark)
  }
}
