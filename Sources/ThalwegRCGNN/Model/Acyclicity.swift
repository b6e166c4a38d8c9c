package import ThalwegAutodiff
package import ThalwegTensor

/// Penalties that vanish for graphs without cycles.
package enum Acyclicity {
  /// relu(tr((I + A / d)^n) - d) with n = 3, by binary exponentiation, the running product brought
  /// to a Frobenius norm of 50 whenever it exceeds 100: the published penalty.
  ///
  /// With n = 3 it sees no cycle of more than three edges, and the rescaling makes it fall for large
  /// weights. (Yu et al. 2019, arXiv 1904.10098, eq. 13, has n = d and no rescaling.)
  /// - Parameters:
  ///   - matrix: `[d, d]`.
  ///   - identity: of the same shape.
  package static func published(_ matrix: Value, identity: Tensor, _ pass: Pass) -> Value {
    let d = matrix.shape[0]
    let identity = pass.constant(identity)
    var base = matrix.affine(scale: 1 / Double(d)) + identity
    var result = identity
    var power = 3
    while power > 0 {
      if power & 1 == 1 { result = bounded(result.matrixProduct(base)) }
      power >>= 1
      if power > 0 { base = base.matrixProduct(base) }
    }
    return (result.trace() - Double(d)).relu()
  }

  package static func identity(_ d: Int) -> Tensor {
    Tensor((0..<d * d).map { $0 % (d + 1) == 0 ? 1 : 0 } as [Float], shape: Shape(d, d))
  }

  private static func bounded(_ product: Value) -> Value {
    let squares = product.square().sum()
    if squares.item <= 100 * 100 { return product }
    return 50 * product / squares.squareRoot()
  }
}
