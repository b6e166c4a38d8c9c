internal import CKernels
internal import ThalwegTensor

extension AttentionLayout {
  /// P of a block: computes it, or, `again`, the same bits from what is kept of each row.
  func weigh(
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
  func multiply(
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
      (product.transposesB, product.leadingB) = (true, max(1, turned.rowStride))
    }
    Machine.multiplyAlone(product, tape.kernels)
  }
}
