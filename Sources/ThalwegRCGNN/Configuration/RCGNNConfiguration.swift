package import ThalwegAutodiff
package import ThalwegTraining

/// Everything that decides what `train rc-gnn` does.
package struct RCGNNConfiguration: Sendable, Equatable {
  /// Which of the two models is trained.
  package enum Model: String, Sendable, CaseIterable {
    /// Ours: reconstruction goes through the graph.
    case graph
    /// The published one: the decoder does not look at the graph.
    case latent
  }

  /// Data that the program makes when it is given none.
  package struct Made: Sendable, Equatable {
    package var variables: Int
    package var steps: Int
    package var missing: Double
  }

  package var name: String
  package var dataPath: String?
  package var missingNumbers: [Double]
  package var missingMarkers: [String]
  package var made: Made
  package var series: SeriesConfiguration
  package var trueGraphPath: String?
  package var trueGraphOrientation: GraphOrientation
  package var usesOpinion: Bool
  package var model: Model
  package var latent: Int
  package var hidden: Int
  package var lags: Int
  /// The share of the matrix that the latent model keeps.
  package var keptShare: Double
  package var weights: LossWeights
  package var divisor: MaskedDivisor
  /// Whether threshold, schedule and early stopping look at the true graph.
  package var usesOracle: Bool
  package var training: TrainingConfiguration
}
