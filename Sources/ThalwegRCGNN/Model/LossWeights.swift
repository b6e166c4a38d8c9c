/// The weights of the loss terms.
package struct LossWeights: Sendable, Equatable {
  package var reconstruction: Double
  package var sparsity: Double
  package var acyclicity: Double
  package var disentanglement: Double
}
