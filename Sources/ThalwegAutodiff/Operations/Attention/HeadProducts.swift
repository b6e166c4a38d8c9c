internal import CKernels
internal import ThalwegTensor

/// A matrix for each head of each sequence, all within one tensor; strides count entries.
struct HeadMatrices {
  var base: UnsafeMutableRawPointer
  var batchStride: Int
  var headStride: Int
  var rowStride: Int

  /// The matrices without their first rows.
  func rows(from first: Int, _ type: ScalarType) -> HeadMatrices {
    var rest = self
    rest.base += first * rowStride * type.width
    return rest
  }

  /// The matrix of piece `index`: heads vary fastest.
  func matrix(_ index: Int, heads: Int, _ type: ScalarType) -> UnsafeMutableRawPointer {
    base + (index / heads * batchStride + index % heads * headStride) * type.width
  }
}

/// C = op(A) op(B) for each head of each sequence: a piece of work for each.
struct HeadProducts {
  var kernels: UnsafePointer<tw_kernels>
  var scalarType: ScalarType
  var heads: Int
  var transposesA = false
  var transposesB = false
  var rows: Int
  var columns: Int
  var inner: Int
  var a: HeadMatrices
  var b: HeadMatrices
  var c: HeadMatrices
  /// 0: C is written. 1: C is added to.
  var beta = 0.0

  /// Where B lies turned over, if it is narrow: rows of a few numbers make poor vectors, and the
  /// library allocates for them.
  var turned: HeadMatrices?

  /// Computes one head's product on the calling thread.
  func multiply(_ index: Int) {
    guard let turned else {
      multiply(index, b, transposesB: transposesB)
      return
    }
    let place = turned.matrix(index, heads: heads, scalarType)
    var walk = tw_walk()
    walk.rank = 2
    (walk.extent.0, walk.extent.1) = (Int64(columns), Int64(inner))
    (walk.first.0, walk.first.1) = (Int64(turned.rowStride), 1)
    (walk.second.0, walk.second.1) = (1, Int64(b.rowStride))
    kernels.pointee.move(place, b.matrix(index, heads: heads, scalarType), &walk)
    multiply(index, turned, transposesB: true)
  }

  private func multiply(_ index: Int, _ b: HeadMatrices, transposesB: Bool) {
    Machine.multiplyAlone(
      Product(
        scalarType: scalarType, transposesA: transposesA, transposesB: transposesB, rows: rows,
        columns: columns, inner: inner, a: a.matrix(index, heads: heads, scalarType),
        b: b.matrix(index, heads: heads, scalarType),
        c: c.matrix(index, heads: heads, scalarType), beta: beta, lda: max(1, a.rowStride),
        ldb: max(1, b.rowStride), ldc: max(1, c.rowStride)), kernels)
  }

  /// The same for some queries alone, which are the rows of A and C or, where A is transposed, the inner
  /// extent; what earlier ones gave is then added to.
  func part(_ queries: Range<Int>) -> HeadProducts {
    var part = self
    part.a = a.rows(from: queries.lowerBound, scalarType)
    if transposesA {
      part.inner = queries.count
      part.b = b.rows(from: queries.lowerBound, scalarType)
      part.beta = queries.lowerBound == 0 ? 0 : 1
    } else {
      part.rows = queries.count
      part.c = c.rows(from: queries.lowerBound, scalarType)
    }
    return part
  }

  /// Computes the products of so many heads.
  func run(_ pieces: Int, on machine: Machine) {
    var job = self
    machine.run(pieces, work: pieces * rows * columns * inner, job: &job) { job, index in
      job.assumingMemoryBound(to: HeadProducts.self).pointee.multiply(Int(index))
    }
  }
}

extension Machine {
  /// Runs the pieces of a job that takes about `work` multiply-adds in all, a small one on the
  /// calling thread.
  func run<Job>(_ pieces: Int, work: Int, job: inout Job, _ body: tw_piece) {
    if Machine.isShared(work) {
      run(pieces, job: &job, body)
    } else {
      withUnsafeMutablePointer(to: &job) { job in
        for index in 0..<pieces { body(job, Int64(index)) }
      }
    }
  }
}
