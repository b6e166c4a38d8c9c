private import ThalwegTensor

extension Operation {
  static let matrixProduct = Operation("matrixProduct") { step in
    step.tape.machine.multiply(
      Product(
        scalarType: step.tape.scalarType, rows: step.shape[0], columns: step.shape[1],
        inner: step.operand(0).pointee.shape[1], a: step.input(0), b: step.input(1),
        c: step.value))
  } backward: { step in
    let (a, b) = (step.operand(0), step.operand(1))
    let (rows, columns) = (step.shape[0], step.shape[1])
    let inner = a.pointee.shape[1]
    let scalarType = step.tape.scalarType
    let cotangent = step.cotangent
    step.deliverProduct(to: 0) { place, beta in
      Product(
        scalarType: scalarType, transposesB: true, rows: rows, columns: inner, inner: columns,
        a: cotangent, b: b.pointee.value, c: place, beta: beta)
    }
    step.deliverProduct(to: 1) { place, beta in
      Product(
        scalarType: scalarType, transposesA: true, rows: inner, columns: columns, inner: rows,
        a: a.pointee.value, b: cotangent, c: place, beta: beta)
    }
  }
}

extension Value {
  /// Y = A B; dA = dY B^T, dB = A^T dY.
  /// - Parameter other: `[inner, columns]`.
  /// - Returns: `[rows, columns]`.
  /// - Precondition: `self` is `[rows, inner]`.
  public func matrixProduct(_ other: Value) -> Value {
    let left = tape.node(self, "matrixProduct").pointee.shape
    let right = tape.node(other, "matrixProduct").pointee.shape
    if left.rank != 2 || right.rank != 2 || left[1] != right[0] {
      mistake("matrixProduct: shapes \(left) and \(right) do not fit, \(tape.whereabouts)")
    }
    return tape.apply(.matrixProduct, Shape(left[0], right[1]), self, other)
  }
}
