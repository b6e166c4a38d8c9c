internal import CKernels
package import ThalwegTensor

/// How the matrices of two operands meet: the batch axes are aligned at their end, and an extent of 1
/// repeats.
package struct MatrixBatch {
  /// An array of matrices that a job steps through.
  package enum Role { case first, second, result }

  package let rows: Int
  package let inner: Int
  package let columns: Int
  /// Matrices of the result and of the operands.
  package private(set) var count = 1
  package private(set) var firstCount = 1
  package private(set) var secondCount = 1
  /// The shape of the result.
  package let shape: Shape
  /// Batch axes from the innermost, and the step of each operand along them, in matrices.
  private var rank = 0
  private var extents = SIMD8<Int>(repeating: 1)
  private var firstSteps = SIMD8<Int>.zero
  private var secondSteps = SIMD8<Int>.zero

  /// nil where the shapes do not fit.
  package init?(_ first: Shape, _ second: Shape) {
    if first.rank < 2 || second.rank < 2 || first.last != second[second.rank - 2] { return nil }
    (rows, inner, columns) = (first[first.rank - 2], first.last, second.last)
    rank = max(first.rank, second.rank) - 2
    var outer = SIMD8<Int32>(repeating: 1)
    for axis in 0..<rank {
      let a = axis < first.rank - 2 ? first[first.rank - 3 - axis] : 1
      let b = axis < second.rank - 2 ? second[second.rank - 3 - axis] : 1
      if a != b && a != 1 && b != 1 { return nil }
      extents[axis] = a == 1 ? b : a
      firstSteps[axis] = a == 1 ? 0 : firstCount
      secondSteps[axis] = b == 1 ? 0 : secondCount
      outer[rank - 1 - axis] = Int32(extents[axis])
      count *= extents[axis]
      firstCount *= a
      secondCount *= b
    }
    outer[rank] = Int32(rows)
    outer[rank + 1] = Int32(columns)
    shape = Shape(rank: rank + 2, extents: outer)
  }

  /// Whether matrix by matrix is one product: the second operand is the same for all.
  package var isOneProduct: Bool { secondCount == 1 }

  package func count(of role: Role) -> Int {
    switch role {
    case .first: firstCount
    case .second: secondCount
    case .result: count
    }
  }

  /// The matrix of an operand that matrix `index` of the result is made of.
  package func place(of role: Role, at index: Int) -> Int {
    if role == .result || count(of: role) == count { return index }
    let steps = role == .first ? firstSteps : secondSteps
    var (rest, place) = (index, 0)
    for axis in 0..<rank {
      place += rest % extents[axis] * steps[axis]
      rest /= extents[axis]
    }
    return place
  }
}

/// One matrix product for each matrix of a result.
package struct MatrixBatchJob {
  /// The product of the first matrices.
  private let product: Product
  private let batch: MatrixBatch
  private let a: MatrixBatch.Role
  private let b: MatrixBatch.Role
  private let c: MatrixBatch.Role
  fileprivate var perPiece = 1
  fileprivate var kernels: UnsafePointer<tw_kernels>?

  /// - Parameters:
  ///   - a, b, c: what the matrices A, B and C of `product` are the first of.
  package init(
    _ product: Product, _ batch: MatrixBatch, a: MatrixBatch.Role, b: MatrixBatch.Role,
    c: MatrixBatch.Role
  ) {
    self.product = product
    self.batch = batch
    (self.a, self.b, self.c) = (a, b, c)
  }

  fileprivate var count: Int { batch.count }
  fileprivate var scalarType: ScalarType { product.scalarType }
  fileprivate var rows: Int { product.rows }
  fileprivate var work: Int { product.rows * product.columns * product.inner }
  /// Whether several products go to the same matrix, so that they come one after another.
  fileprivate var isSummed: Bool { batch.count(of: c) != batch.count }

  fileprivate func product(at index: Int) -> Product {
    let width = product.scalarType.width
    var product = product
    product.a += batch.place(of: a, at: index) * product.rows * product.inner * width
    product.b += batch.place(of: b, at: index) * product.inner * product.columns * width
    product.c += batch.place(of: c, at: index) * product.rows * product.columns * width
    return product
  }

  fileprivate func run(piece: Int) {
    for index in piece * perPiece..<min((piece + 1) * perPiece, count) {
      if let kernels { Machine.multiplyAlone(product(at: index), kernels) }
    }
  }
}

extension Machine {
  /// Multiply-adds of one piece of a batch, about.
  private static let workPerPiece = 1 << 17

  /// Computes the products of a batch; the pool shares them out by matrices or, where these are few
  /// and large, each in a grid.
  package func multiply(_ batch: MatrixBatchJob) {
    let work = batch.work
    let isByMatrix = batch.count >= 8 || batch.rows < 256
    if !isByMatrix || batch.isSummed || !Machine.isShared(work * batch.count) {
      for index in 0..<batch.count { multiply(batch.product(at: index)) }
      return
    }
    var job = batch
    job.perPiece = max(1, Machine.workPerPiece / max(work, 1))
    job.kernels = kernels(batch.scalarType)
    run((job.count + job.perPiece - 1) / job.perPiece, job: &job) { job, piece in
      job.assumingMemoryBound(to: MatrixBatchJob.self).pointee.run(piece: Int(piece))
    }
  }
}
