#if canImport(Accelerate)
  private import Accelerate
#else
  private import COpenBLAS
#endif

/// One matrix product C = op(A) op(B) + beta C, row-major.
package struct Product {
  package var scalarType: ScalarType
  package var transposesA: Bool
  package var transposesB: Bool
  /// Rows of C.
  package var rows: Int
  /// Columns of C.
  package var columns: Int
  /// Columns of op(A), rows of op(B).
  package var inner: Int
  package var a: UnsafeRawPointer
  package var b: UnsafeRawPointer
  package var c: UnsafeMutableRawPointer
  package var beta: Double

  package init(
    scalarType: ScalarType, transposesA: Bool = false, transposesB: Bool = false, rows: Int,
    columns: Int, inner: Int, a: UnsafeRawPointer, b: UnsafeRawPointer,
    c: UnsafeMutableRawPointer, beta: Double = 0
  ) {
    self.scalarType = scalarType
    self.transposesA = transposesA
    self.transposesB = transposesB
    self.rows = rows
    self.columns = columns
    self.inner = inner
    self.a = a
    self.b = b
    self.c = c
    self.beta = beta
  }
}

/// The library for matrix products, kept at one thread: our pool cuts the work.
enum BLAS {
  #if canImport(Accelerate)
    static func useOneThread() {}
    static var core: String { "Accelerate" }
  #else
    static func useOneThread() { openblas_set_num_threads(1) }
    static var core: String { String(cString: openblas_get_corename()) }
  #endif

  /// Rows `start ..< start + rows` of the product.
  static func multiply(_ p: borrowing Product, from start: Int, rows: Int) {
    let ta = p.transposesA ? CblasTrans : CblasNoTrans
    let tb = p.transposesB ? CblasTrans : CblasNoTrans
    let lda = Int32(p.transposesA ? p.rows : p.inner)
    let ldb = Int32(p.transposesB ? p.inner : p.columns)
    let (m, n, k) = (Int32(rows), Int32(p.columns), Int32(p.inner))
    let width = p.scalarType.width
    let a = p.a + (p.transposesA ? start : start * p.inner) * width
    let c = p.c + start * p.columns * width
    switch p.scalarType {
    case .float32:
      cblas_sgemm(
        CblasRowMajor, ta, tb, m, n, k, 1, a.assumingMemoryBound(to: Float.self), lda,
        p.b.assumingMemoryBound(to: Float.self), ldb, Float(p.beta),
        c.assumingMemoryBound(to: Float.self), n)
    case .float64:
      cblas_dgemm(
        CblasRowMajor, ta, tb, m, n, k, 1, a.assumingMemoryBound(to: Double.self), lda,
        p.b.assumingMemoryBound(to: Double.self), ldb, p.beta,
        c.assumingMemoryBound(to: Double.self), n)
    }
  }
}

extension Machine {
  /// Multiply-adds below which a second thread costs more than it saves.
  private static let smallestShared = 1 << 20
  /// Rows of one piece; the cut depends on the shape alone.
  private static let rowsPerPiece = 128

  /// Computes a matrix product; large ones are cut into rows for the pool.
  package func multiply(_ product: Product) {
    if product.rows == 0 || product.columns == 0 { return }
    let work = product.rows * product.columns * product.inner
    if work < Machine.smallestShared || product.rows < 2 * Machine.rowsPerPiece {
      BLAS.multiply(product, from: 0, rows: product.rows)
      return
    }
    let pieces = (product.rows + Machine.rowsPerPiece - 1) / Machine.rowsPerPiece
    var job = product
    run(pieces, job: &job) { job, piece in
      let product = job.assumingMemoryBound(to: Product.self)
      let start = Int(piece) * Machine.rowsPerPiece
      let rows = min(Machine.rowsPerPiece, product.pointee.rows - start)
      BLAS.multiply(product.pointee, from: start, rows: rows)
    }
  }
}
