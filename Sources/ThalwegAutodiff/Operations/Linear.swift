private import CKernels
private import ThalwegTensor

extension Operation {
  static let linear = Operation("linear") { step in
    let weight = step.operand(1).pointee
    step.tape.machine.multiply(
      Product(
        scalarType: step.tape.scalarType, rows: step.shape.rows, columns: weight.shape[1],
        inner: weight.shape[0], a: step.input(0), b: weight.value, c: step.value,
        offsets: step.input(2)))
  } backward: { step in
    let (x, weight) = (step.operand(0), step.operand(1))
    let rows = x.pointee.shape.rows
    let (inputs, outputs) = (weight.pointee.shape[0], weight.pointee.shape[1])
    let scalarType = step.tape.scalarType
    let cotangent = step.cotangent
    step.deliverProduct(to: 0) { place, beta in
      Product(
        scalarType: scalarType, transposesB: true, rows: rows, columns: inputs, inner: outputs,
        a: cotangent, b: weight.pointee.value, c: place, beta: beta)
    }
    step.deliverProduct(to: 1) { place, beta in
      Product(
        scalarType: scalarType, transposesA: true, rows: inputs, columns: outputs, inner: rows,
        a: x.pointee.value, b: cotangent, c: place, beta: beta)
    }
    step.deliver(to: 2) {
      step.kernels.pointee.sum_rows($0, cotangent, Int64(rows), Int64(outputs))
    }
  }
}

extension Value {
  /// y = x W + b over the innermost axis; dx = dy W^T, dW = x^T dy, db = the row sums of dy.
  /// - Parameters:
  ///   - weight: `[inputs, outputs]`.
  ///   - bias: `[outputs]`.
  /// - Returns: the shape of `self` with the innermost extent replaced by `outputs`.
  /// - Precondition: the innermost extent of `self` is `inputs`.
  public func linear(weight: Value, bias: Value) -> Value {
    let x = tape.node(self, "linear")
    let w = tape.node(weight, "linear")
    let b = tape.node(bias, "linear")
    let (xs, ws, bs) = (x.pointee.shape, w.pointee.shape, b.pointee.shape)
    if xs.rank == 0 || ws.rank != 2 || xs.last != ws[0] || bs.rank != 1 || bs[0] != ws[1] {
      mistake(
        "linear: shapes \(xs), weight \(ws) and bias \(bs) do not fit, \(tape.whereabouts)")
    }
    return tape.apply(.linear, xs.replacingLast(with: ws[1]), self, weight, bias)
  }
}
