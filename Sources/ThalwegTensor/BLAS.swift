#if canImport(Accelerate)
  private import Accelerate
#else
  private import COpenBLAS
  private import Glibc
#endif

/// One matrix product C = op(A) op(B), or C += op(A) op(B), row-major.
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
  /// 0: C is written. 1: C is added to.
  package var beta: Double
  /// What is added to C where C is written: a row for each of its rows or one for all; nil: nothing.
  package var offsets: UnsafeRawPointer?
  /// Entries from a row of A, B, C, as it lies in memory, to the next.
  package var leadingA: Int
  package var leadingB: Int
  package var leadingC: Int
  /// Entries from a row of the offsets to the next; 0 where there is one.
  package var leadingOffsets: Int

  /// - Parameters:
  ///   - lda: entries from a row of A, as it lies in memory, to the next; nil: the rows lie close.
  ///   - ldb: the same for B.
  ///   - ldo: the same for the offsets; 0: one row for all rows of C.
  ///   - ldc: the same for C; what lies between its rows is left alone.
  package init(
    scalarType: ScalarType, transposesA: Bool = false, transposesB: Bool = false, rows: Int,
    columns: Int, inner: Int, a: UnsafeRawPointer, b: UnsafeRawPointer,
    c: UnsafeMutableRawPointer, beta: Double = 0, offsets: UnsafeRawPointer? = nil,
    lda: Int? = nil, ldb: Int? = nil, ldc: Int? = nil, ldo: Int = 0
  ) {
    if offsets != nil && beta != 0 { mistake("product: offsets, and beta \(beta)") }
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
    self.offsets = offsets
    leadingA = lda ?? max(1, transposesA ? rows : inner)
    leadingB = ldb ?? max(1, transposesB ? inner : columns)
    leadingC = ldc ?? max(1, columns)
    leadingOffsets = ldo
  }
}

/// The library for matrix products, kept at one thread: our pool cuts the work.
enum BLAS {
  /// Core types without AVX, and those with AVX2 at most.
  private static let oldest = ["Prescott", "Core2", "Penryn", "Dunnington", "Nehalem", "Atom"]
  private static let narrow = ["Haswell", "Zen", "SandyBridge", "Excavator", "Steamroller"]

  /// A core type that does more with the CPU's instructions than `core`; nil where `core` is fine.
  static func better(than core: String, at level: KernelLevel?) -> String? {
    func isAmong(_ names: [String]) -> Bool { names.contains(where: core.hasPrefix) }
    switch level {
    case .x86v4: return isAmong(oldest) || isAmong(narrow) ? "SkylakeX" : nil
    case .x86v3: return isAmong(oldest) || core.hasPrefix("SandyBridge") ? "Haswell" : nil
    default: return nil
    }
  }

  #if canImport(Accelerate)
    static func prepare() {}
    static var core: String { "Accelerate" }
  #else
    static var core: String { String(cString: openblas_get_corename()) }

    /// Sets the library to one thread, once a process to the core type that this CPU runs best.
    static func prepare() {
      _ = isChosen
      openblas_set_num_threads(1)
    }

    /// OpenBLAS knows CPUs by their numbers, and takes the oldest core type for one that came after
    /// it; what the CPU can do is asked instead. A core type that the user has set stays.
    private static let isChosen: Bool = {
      if getenv("OPENBLAS_CORETYPE") != nil { return false }
      guard let best = better(than: core, at: KernelLevel.available.last) else { return false }
      return tw_openblas_choose(best) != 0
    }()
  #endif

  static func multiply(_ p: borrowing Product) {
    let ta = p.transposesA ? CblasTrans : CblasNoTrans
    let tb = p.transposesB ? CblasTrans : CblasNoTrans
    let (lda, ldb, ldc) = (Int32(p.leadingA), Int32(p.leadingB), Int32(p.leadingC))
    let (m, n, k) = (Int32(p.rows), Int32(p.columns), Int32(p.inner))
    switch p.scalarType {
    case .float32:
      cblas_sgemm(
        CblasRowMajor, ta, tb, m, n, k, 1, p.a.assumingMemoryBound(to: Float.self), lda,
        p.b.assumingMemoryBound(to: Float.self), ldb, Float(p.beta),
        p.c.assumingMemoryBound(to: Float.self), ldc)
    case .float64:
      cblas_dgemm(
        CblasRowMajor, ta, tb, m, n, k, 1, p.a.assumingMemoryBound(to: Double.self), lda,
        p.b.assumingMemoryBound(to: Double.self), ldb, p.beta,
        p.c.assumingMemoryBound(to: Double.self), ldc)
    }
  }
}
