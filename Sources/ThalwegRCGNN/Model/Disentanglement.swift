package import ThalwegAutodiff
private import ThalwegTensor

/// Penalties on codes that say the same.
package enum Disentanglement {
  /// The published penalty: the sum over the three pairs of codes of the mean magnitude of the
  /// correlation matrix of their 2 L columns side by side, diagonal included, so that it never falls
  /// below 3 / (2 L).
  ///
  /// All three are read off one matrix of 3 L columns: an entry within one code stands in two pairs,
  /// an entry between two codes in one.
  /// - Parameter codes: `[..., 3 * latent]`.
  package static func published(_ codes: Value, latent: Int, _ pass: Pass) -> Value {
    let width = 3 * latent
    let rows = codes.shape.count / width
    let flat = codes.reshaped(to: Shape(rows, width))
    let centered = flat - flat.mean(axis: 0)
    let covariance = centered.transposed().matrixProduct(centered)
    let deviation = centered.square().sum(axis: 0).squareRoot()
    let correlation = covariance / deviation / deviation.reshaped(to: Shape(width, 1))
    let weights = (0..<width * width).map { entry in
      let isWithin = (entry / width) / latent == (entry % width) / latent
      return (isWithin ? 2.0 : 1.0) / Double(4 * latent * latent)
    }
    return (correlation.absolute() * pass.constant(weights, Shape(width, width))).sum()
  }
}
