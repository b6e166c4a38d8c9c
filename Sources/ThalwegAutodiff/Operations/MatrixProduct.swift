private import CKernels
private import ThalwegTensor

extension Operation {
  static let matrixProduct = Operation("matrixProduct") { step in
    let batch = step.tape.matrixBatch(step.operand(0).pointee.shape, step.operand(1).pointee.shape)
    let machine = step.tape.machine
    let isOne = batch.isOneProduct
    let product = Product(
      scalarType: step.tape.scalarType, rows: isOne ? batch.count * batch.rows : batch.rows,
      columns: batch.columns, inner: batch.inner, a: step.input(0), b: step.input(1),
      c: step.value)
    if isOne {
      machine.multiply(product)
    } else {
      machine.multiply(MatrixBatchJob(product, batch, a: .first, b: .second, c: .result))
    }
  } backward: { step in
    let (a, b) = (step.input(0), step.input(1))
    let batch = step.tape.matrixBatch(step.operand(0).pointee.shape, step.operand(1).pointee.shape)
    let machine = step.tape.machine
    let scalarType = step.tape.scalarType
    let cotangent = step.cotangent
    let isOne = batch.isOneProduct
    let rows = isOne ? batch.count * batch.rows : batch.rows
    func first(_ place: UnsafeMutableRawPointer, _ beta: Double) -> Product {
      Product(
        scalarType: scalarType, transposesB: true, rows: rows, columns: batch.inner,
        inner: batch.columns, a: cotangent, b: b, c: place, beta: beta)
    }
    func second(_ place: UnsafeMutableRawPointer, _ beta: Double) -> Product {
      Product(
        scalarType: scalarType, transposesA: true, rows: batch.inner, columns: batch.columns,
        inner: rows, a: a, b: cotangent, c: place, beta: beta)
    }
    if isOne {
      step.deliverProduct(to: 0, first)
      step.deliverProduct(to: 1, second)
      return
    }
    step.deliverScaled(to: 0, isSummed: batch.firstCount != batch.count) { place, beta in
      machine.multiply(
        MatrixBatchJob(first(place, beta), batch, a: .result, b: .second, c: .first))
    }
    step.deliverScaled(to: 1, isSummed: batch.secondCount != batch.count) { place, beta in
      machine.multiply(
        MatrixBatchJob(second(place, beta), batch, a: .first, b: .result, c: .second))
    }
  }
}

extension Tape {
  /// How two operands meet whose shapes have been found to fit.
  fileprivate func matrixBatch(_ first: Shape, _ second: Shape) -> MatrixBatch {
    guard let batch = MatrixBatch(first, second) else {
      mistake("matrixProduct: shapes \(first) and \(second) do not fit, \(whereabouts)")
    }
    return batch
  }
}

extension Backward {
  /// Like `deliver`, for what can scale what is there by the number that `write` is given.
  /// - Parameter isSummed: `write` comes to the same entries several times, and must add.
  fileprivate func deliverScaled(
    to index: Int, isSummed: Bool, _ write: (UnsafeMutableRawPointer, Double) -> Void
  ) {
    if isSummed || operand(index).pointee.gradient != nil {
      deliverAdding(to: index) { write($0, 1) }
    } else {
      deliver(to: index) { write($0, 0) }
    }
  }
}

extension Value {
  /// Y = A B, matrix by matrix; dA = dY B^T, dB = A^T dY, summed over the matrices for which an
  /// operand was repeated.
  ///
  /// The axes before the last two are batch axes: aligned at their end, equal, or 1 where a matrix
  /// repeats. Where `other` is a single matrix, all is one large product.
  /// - Parameter other: `[..., inner, columns]`.
  /// - Returns: `[..., rows, columns]`.
  /// - Precondition: `self` is `[..., rows, inner]`; both have at least two axes.
  /// - Complexity: rows x inner x columns for each matrix.
  public func matrixProduct(_ other: Value) -> Value {
    let left = tape.node(self, "matrixProduct").pointee.shape
    let right = tape.node(other, "matrixProduct").pointee.shape
    return tape.apply(.matrixProduct, tape.matrixBatch(left, right).shape, self, other)
  }

  /// The product of n copies of each matrix, by repeated squaring; the identity for n = 0, which no
  /// gradient flows through. The derivative is that of the products.
  /// - Returns: the shape of `self`.
  /// - Precondition: `self` is `[..., extent, extent]` and n is not negative.
  /// - Complexity: at most 2 log2(n) products.
  public func matrixPower(_ n: Int) -> Value {
    let shape = tape.node(self, "matrixPower").pointee.shape
    if n < 0 || shape.rank < 2 || shape.last != shape[shape.rank - 2] {
      mistake("matrixPower: n = \(n) of shape \(shape), \(tape.whereabouts)")
    }
    if n == 0 { return tape.identity(shape) }
    var (base, rest) = (self, n)
    var result: Value?
    while true {
      if rest & 1 == 1 { result = result?.matrixProduct(base) ?? base }
      rest >>= 1
      if rest == 0 { return result ?? base }
      base = base.matrixProduct(base)
    }
  }
}

extension Tape {
  /// Identity matrices, as data.
  fileprivate func identity(_ shape: Shape) -> Value {
    let value = append(.constant, shape)
    let extent = shape.last
    let place = nodes[Int(value.id)].value
    if shape.count == 0 { return value }
    for matrix in 0..<shape.count / (extent * extent) {
      kernels.pointee.diagonal(
        place + matrix * extent * extent * scalarType.width, 1, Int64(extent))
    }
    return value
  }
}
