internal import CKernels
internal import ThalwegTensor

/// Attention forward, a head of a sequence after the other, each in blocks of queries.
private struct AttentionForward {
  let layout: AttentionLayout
  let saved: UnsafeMutableRawPointer
  let output: HeadMatrices
  let scratch: AttentionScratch

  func run(_ strand: Int) {
    for piece in stride(from: strand, to: layout.pieces, by: layout.strands) {
      for number in 0..<layout.blocks.count {
        let block = layout.blocks[number]
        let p = layout.probabilities(of: block, saved, scratch, strand)
        layout.weigh(block, piece, into: p, saved, again: false)
        layout.multiply(
          piece, p, layout.value(saved), into: output.rows(from: block.queries.lowerBound, type),
          rows: block.queries.count, columns: layout.headWidth, inner: block.keys,
          turned: layout.turned(scratch, strand))
      }
    }
  }

  private var type: ScalarType { layout.tape.scalarType }
}

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
  /// Computes the result into `output`, and into `saved` what the way back needs.
  func attend(_ saved: UnsafeMutableRawPointer, into output: UnsafeMutableRawPointer) {
    keepRows(saved)
    let mark = tape.mark
    var job = AttentionForward(
      layout: self, saved: saved, output: heads(at: output, queries),
      scratch: takeScratch(isBackward: false))
    tape.machine.run(strands, job: &job) { job, strand in
      job.assumingMemoryBound(to: AttentionForward.self).pointee.run(Int(strand))
    }
    tape.rewind(to: mark)
  }

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

  /// P of a block: computes it, or, `again`, the same bits from what is kept of each row.
  fileprivate func weigh(
    _ block: QueryBlock, _ piece: Int, into p: HeadMatrices, _ saved: UnsafeMutableRawPointer,
    again: Bool
  ) {
    let type = tape.scalarType
    let (first, rows) = (block.queries.lowerBound, block.queries.count)
    multiply(
      piece, query.rows(from: first, type), key(saved), into: p, rows: rows, columns: block.keys,
      inner: headWidth, transposesB: true)
    let kept =
      keepsProbabilities ? nil : saved + 2 * (piece * queries + first) * type.width
    let row = mask.map { UnsafeRawPointer($0 + piece / heads * keys * type.width) }
    tape.kernels.pointee.attention_softmax(
      p.matrix(piece, heads: heads, type), kept, again ? 1 : 0, row, Int64(rows),
      Int64(block.keys), Int64(block.seen), scale)
  }

  /// C = op(A) op(B), or C += op(A) op(B), for one head, on the calling thread.
  fileprivate func multiply(
    _ piece: Int, _ a: HeadMatrices, _ b: HeadMatrices, into c: HeadMatrices, rows: Int,
    columns: Int, inner: Int, transposesA: Bool = false, transposesB: Bool = false,
    adds: Bool = false, turned: HeadMatrices? = nil
  ) {
    let type = tape.scalarType
    var product = Product(
      scalarType: type, transposesA: transposesA, transposesB: transposesB, rows: rows,
      columns: columns, inner: inner, a: a.matrix(piece, heads: heads, type),
      b: b.matrix(piece, heads: heads, type), c: c.matrix(piece, heads: heads, type),
      beta: adds ? 1 : 0, lda: max(1, a.rowStride), ldb: max(1, b.rowStride),
      ldc: max(1, c.rowStride))
    if let turned {
      var walk = tw_walk()
      walk.rank = 2
      (walk.extent.0, walk.extent.1) = (Int64(columns), Int64(inner))
      (walk.first.0, walk.first.1) = (Int64(turned.rowStride), 1)
      (walk.second.0, walk.second.1) = (1, Int64(b.rowStride))
      tape.kernels.pointee.move(turned.base, product.b, &walk)
      product.b = UnsafeRawPointer(turned.base)
      (product.transposesB, product.leadingB) = (true, turned.rowStride)
    }
    Machine.multiplyAlone(product, tape.kernels)
  }
}
