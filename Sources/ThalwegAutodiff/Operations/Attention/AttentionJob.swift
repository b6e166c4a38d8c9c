internal import CKernels
private import ThalwegTensor

/// Attention forward: a piece of work for each head of each sequence.
private struct AttentionJob {
  var scores: HeadProducts
  var context: HeadProducts
  var mask: UnsafeMutableRawPointer?
  var isCausal: Bool
  var scale: Double
  var kernels: UnsafePointer<tw_kernels>

  func run(_ index: Int) {
    scores.multiply(index)
    let keys = scores.columns
    let rows = mask.map { mask in
      UnsafeRawPointer(mask + index / scores.heads * keys * scores.scalarType.width)
    }
    kernels.pointee.attention_softmax(
      scores.c.matrix(index, heads: scores.heads, scores.scalarType), rows, Int64(scores.rows),
      Int64(keys), isCausal ? 1 : 0, scale)
    context.multiply(index)
  }
}

/// The cotangent of the scores, a piece of work for each head of each sequence.
private struct AttentionBackwardJob {
  var products: HeadProducts
  var probabilities: HeadMatrices
  var isCausal: Bool
  var scale: Double
  var kernels: UnsafePointer<tw_kernels>

  func run(_ index: Int) {
    products.multiply(index)
    kernels.pointee.attention_softmax_backward(
      products.c.matrix(index, heads: products.heads, products.scalarType),
      probabilities.matrix(index, heads: products.heads, products.scalarType),
      Int64(products.rows), Int64(products.columns), isCausal ? 1 : 0, scale)
  }
}

extension AttentionLayout {
  /// Computes the probabilities into `saved` and the result into `output`.
  func attend(_ saved: UnsafeMutableRawPointer, into output: UnsafeMutableRawPointer) {
    keepRows(saved)
    var job = AttentionJob(
      scores: products(
        query, key(saved), into: scores(saved), rows: queries, columns: keys, inner: headWidth,
        transposesB: true),
      context: products(
        scores(saved), value(saved), into: heads(at: output, queries), rows: queries,
        columns: headWidth, inner: keys, turned: turned),
      mask: mask, isCausal: isCausal, scale: scale, kernels: tape.kernels)
    tape.machine.run(pieces, work: pieces * queries * keys * headWidth, job: &job) { job, index in
      job.assumingMemoryBound(to: AttentionJob.self).pointee.run(Int(index))
    }
  }

  /// The cotangent of the scores before their scale, in memory of the arena.
  func scoreCotangent(
    _ saved: UnsafeMutableRawPointer, from cotangent: UnsafeMutableRawPointer
  ) -> HeadMatrices {
    let target = scores(tape.take(Shape(pieces, queries, keys)))
    var job = AttentionBackwardJob(
      products: products(
        heads(at: cotangent, queries), value(saved), into: target, rows: queries, columns: keys,
        inner: headWidth, transposesB: true),
      probabilities: scores(saved), isCausal: isCausal, scale: scale, kernels: tape.kernels)
    tape.machine.run(pieces, work: pieces * queries * keys * headWidth, job: &job) { job, index in
      job.assumingMemoryBound(to: AttentionBackwardJob.self).pointee.run(Int(index))
    }
    return target
  }

  /// dQ = dS K.
  func queryCotangent(
    _ saved: UnsafeMutableRawPointer, _ scores: HeadMatrices, into place: UnsafeMutableRawPointer
  ) {
    products(
      scores, key(saved), into: heads(at: place, queries, packed: isPacked), rows: queries,
      columns: headWidth, inner: keys, turned: turned
    ).run(pieces, on: tape.machine)
  }

  /// dK = dS^T Q.
  func keyCotangent(_ scores: HeadMatrices, into place: UnsafeMutableRawPointer) {
    products(
      scores, query, into: heads(at: place, keys, packed: isPacked), rows: keys,
      columns: headWidth, inner: queries, transposesA: true
    ).run(pieces, on: tape.machine)
  }

  /// dV = P^T dO.
  func valueCotangent(
    _ saved: UnsafeMutableRawPointer, from cotangent: UnsafeMutableRawPointer,
    into place: UnsafeMutableRawPointer
  ) {
    products(
      scores(saved), heads(at: cotangent, queries),
      into: heads(at: place, keys, packed: isPacked), rows: keys, columns: headWidth,
      inner: queries, transposesA: true
    ).run(pieces, on: tape.machine)
  }
}
