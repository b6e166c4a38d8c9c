package import ThalwegAutodiff
package import ThalwegTensor

/// Penalties on codes that say the same.
package enum Disentanglement {
  /// The published penalty: the sum over the three pairs of codes of the mean magnitude of the
  /// correlation matrix of their 2 L columns side by side, diagonal included, so that it never falls
  /// below 3 / (2 L).
  ///
  /// All three are read off one matrix of 3 L columns: an entry within one code stands in two pairs,
  /// an entry between two codes in one.
  /// - Parameters:
  ///   - codes: `[..., 3 * latent]`.
  ///   - weights: those of `pairWeights(latent:)`.
  package static func published(_ codes: Value, weights: Tensor, _ pass: Pass) -> Value {
    let width = weights.shape[0]
    let rows = codes.shape.count / width
    let flat = codes.reshaped(to: Shape(rows, width))
    let centered = flat - flat.mean(axis: 0)
    let covariance = centered.transposed().matrixProduct(centered)
    let deviation = centered.square().sum(axis: 0).squareRoot()
    let correlation = covariance / deviation / deviation.reshaped(to: Shape(width, 1))
    return (correlation.absolute() * pass.constant(weights)).sum()
  }

  /// How often each entry of the matrix of 3 L columns stands in a pair, over the 4 L^2 entries of a
  /// pair's matrix.
  package static func pairWeights(latent: Int) -> Tensor {
    let width = 3 * latent
    let weights = (0..<width * width).map { entry in
      let isWithin = (entry / width) / latent == (entry % width) / latent
      return (isWithin ? 2 : 1) / Float(4 * latent * latent)
    }
    return Tensor(weights, shape: Shape(width, width))
  }
}
