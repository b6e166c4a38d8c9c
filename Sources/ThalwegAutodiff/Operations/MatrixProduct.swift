private import ThalwegTensor

extension Operation {
  static let matrixProduct = Operation("matrixProduct") { step in
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
    let a = tape.node(self, "matrixProduct")
    let b = tape.node(other, "matrixProduct")
    let (left, right) = (a.pointee.shape, b.pointee.shape)
    if left.rank != 2 || right.rank != 2 || left[1] != right[0] {
      mistake("matrixProduct: shapes \(left) and \(right) do not fit, \(tape.whereabouts)")
    }
    let (x, y) = (a.pointee.value, b.pointee.value)
    let result = tape.append(.matrixProduct, Shape(left[0], right[1]), self, other)
    tape.machine.multiply(
      Product(
        scalarType: tape.scalarType, rows: left[0], columns: right[1], inner: left[1], a: x, b: y,
        c: tape.nodes[Int(result.id)].value))
    return result
  }
}
