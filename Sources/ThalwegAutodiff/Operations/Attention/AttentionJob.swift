internal import CKernels
internal import ThalwegTensor

/// Attention forward: a piece of work for each head of each sequence.
private struct AttentionJob {
  var blocks: QueryBlocks
  var scores: HeadProducts
  var context: HeadProducts
  var mask: UnsafeMutableRawPointer?
  var isCausal: Bool
  var scale: Double
  var kernels: UnsafePointer<tw_kernels>

  func run(_ index: Int) {
    let keys = scores.columns
    let rows = mask.map { mask in
      UnsafeRawPointer(mask + index / scores.heads * keys * scores.scalarType.width)
    }
    for queries in blocks {
      let scores = scores.part(queries)
      scores.multiply(index)
      kernels.pointee.attention_softmax(
        scores.c.matrix(index, heads: scores.heads, scores.scalarType), rows,
        Int64(queries.count), Int64(keys), isCausal ? 1 : 0, scale)
      context.part(queries).multiply(index)
    }
  }
}

/// Ranges of queries one after the other.
struct QueryBlocks: Sequence, IteratorProtocol {
  private var first = 0
  private let queries: Int
  /// The queries of a block.
  let size: Int

  /// Blocks of so many scores that they stay in a near cache between the passes over them.
  init(queries: Int, keys: Int, isCausal: Bool, _ type: ScalarType) {
    self.queries = queries
    // What a query may look at is counted from the first one.
    let fitting = isCausal ? queries : (1 << 18) / (Swift.max(keys, 1) * type.width) / 32 * 32
    size = Swift.min(Swift.max(fitting, 32), Swift.max(queries, 1))
  }

  mutating func next() -> Range<Int>? {
    if first >= queries { return nil }
    defer { first += size }
    return first..<Swift.min(first + size, queries)
  }
}

/// The three cotangents of a sequence's attention to itself, a piece of work for each head of each
/// sequence: a block of scores is done with before the next is begun.
private struct SelfAttentionBackwardJob {
  var blocks: QueryBlocks
  var scores: HeadProducts
  var probabilities: HeadMatrices
  var query: HeadProducts
  var key: HeadProducts
  var value: HeadProducts
  var isCausal: Bool
  var scale: Double
  var kernels: UnsafePointer<tw_kernels>

  func run(_ index: Int) {
    let type = scores.scalarType
    for queries in blocks {
      // The block's scores lie where those of the block before lay.
      var block = scores.part(queries)
      block.c = scores.c
      block.multiply(index)
      kernels.pointee.attention_softmax_backward(
        block.c.matrix(index, heads: block.heads, type),
        probabilities.rows(from: queries.lowerBound, type).matrix(
          index, heads: block.heads, type), Int64(block.rows), Int64(block.columns),
        isCausal ? 1 : 0, scale)
      var dq = query.part(queries)
      dq.a = scores.c
      dq.multiply(index)
      var dk = key.part(queries)
      dk.a = scores.c
      dk.multiply(index)
      value.part(queries).multiply(index)
    }
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
      blocks: blocks,
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

  /// The cotangent of query, key and value, which are thirds of one tensor's rows, into `place`.
  func selfCotangent(
    _ saved: UnsafeMutableRawPointer, from cotangent: UnsafeMutableRawPointer,
    into place: UnsafeMutableRawPointer
  ) {
    let part = width * tape.scalarType.width
    let block = blocks.size
    let target = HeadMatrices(
      base: tape.take(Shape(pieces, block, keys)), batchStride: heads * block * keys,
      headStride: block * keys, rowStride: keys)
    var job = SelfAttentionBackwardJob(
      blocks: blocks,
      scores: products(
        heads(at: cotangent, queries), value(saved), into: target, rows: queries, columns: keys,
        inner: headWidth, transposesB: true), probabilities: scores(saved),
      query: queryCotangent(saved, target, into: place),
      key: keyCotangent(target, into: place + part),
      value: valueCotangent(saved, from: cotangent, into: place + 2 * part), isCausal: isCausal,
      scale: scale, kernels: tape.kernels)
    tape.machine.run(pieces, work: 4 * pieces * queries * keys * headWidth, job: &job) {
      job, index in
      job.assumingMemoryBound(to: SelfAttentionBackwardJob.self).pointee.run(Int(index))
    }
  }

  /// dQ = dS K.
  func queryCotangent(
    _ saved: UnsafeMutableRawPointer, _ scores: HeadMatrices, into place: UnsafeMutableRawPointer
  ) -> HeadProducts {
    products(
      scores, key(saved), into: heads(at: place, queries, packed: isPacked), rows: queries,
      columns: headWidth, inner: keys, turned: turned)
  }

  /// dK = dS^T Q.
  func keyCotangent(
    _ scores: HeadMatrices, into place: UnsafeMutableRawPointer
  ) -> HeadProducts {
    products(
      scores, query, into: heads(at: place, keys, packed: isPacked), rows: keys,
      columns: headWidth, inner: queries, transposesA: true)
  }

  /// dV = P^T dO.
  func valueCotangent(
    _ saved: UnsafeMutableRawPointer, from cotangent: UnsafeMutableRawPointer,
    into place: UnsafeMutableRawPointer
  ) -> HeadProducts {
    products(
      scores(saved), heads(at: cotangent, queries),
      into: heads(at: place, keys, packed: isPacked), rows: keys, columns: headWidth,
      inner: queries, transposesA: true)
  }
}
