/// A number with a name, nil where it does not exist.
public struct Metric: Sendable, Equatable {
  /// The name, in snake_case.
  public var name: String
  /// The value; nil: not evaluated, or undefined for what was evaluated.
  public var value: Double?
  /// Whether the true answer was used to choose it.
  public var isOracle: Bool

  /// A named number.
  public init(_ name: String, _ value: Double?, isOracle: Bool = false) {
    self.name = name
    self.value = value
    self.isOracle = isOracle
  }
}

/// What an evaluation found.
public struct EvaluationRecord: Sendable, Equatable {
  /// The figures, in the order of printing.
  public var metrics: [Metric]
  /// The number that schedules, early stopping and the best checkpoint look at, lower is better;
  /// nil: there was none.
  public var objective: Double?

  /// Figures, and the one that choices are made by.
  public init(metrics: [Metric], objective: Double?) {
    self.metrics = metrics
    self.objective = objective
  }

  /// The value of the metric called `name`; nil where there is none.
  public subscript(_ name: String) -> Double? {
    metrics.first { $0.name == name }?.value
  }
}

/// The norm of one parameter's gradient.
public struct GradientNorm: Sendable, Equatable {
  /// The parameter's path.
  public var path: String
  /// The Euclidean norm.
  public var norm: Double

  /// A norm with its parameter.
  public init(path: String, norm: Double) {
    self.path = path
    self.norm = norm
  }
}

/// The gradients of one step over all parameters: finite norms, and the others counted apart.
public struct GradientSummary: Sendable, Equatable {
  /// The largest finite norm of a tensor; nil where there is none.
  public var largest: Double?
  /// The mean of the finite norms; nil where there is none.
  public var mean: Double?
  /// The three largest, largest first.
  public var top: [GradientNorm] = []
  /// Tensors whose gradient holds a number that is not finite, or whose squares overflow.
  public var nonFinite = 0
  /// Tensors whose gradient is 0 in every entry.
  public var zero = 0
  /// Tensors that no gradient reached.
  public var noPath = 0

  /// A summary of nothing.
  public init() {}
}

/// Everything that one epoch says of itself.
public struct EpochRecord: Sendable, Equatable {
  /// The epoch, from 1.
  public var epoch = 0
  /// The last step of the epoch.
  public var step = 0
  /// Steps by what became of them, in the order of `StepOutcome.allCases`.
  public var outcomes: [Int] = []
  /// The mean loss over the steps that had one; nil where none had.
  public var loss: Double?
  /// The mean of each term: raw over the steps that had it, weighted over all steps that had a loss,
  /// so that the weighted ones add up to `loss`.
  public var terms: [TermRecord] = []
  /// The largest norm before clipping; nil where there was no backward pass.
  public var largestNorm: Double?
  /// The mean norm before clipping.
  public var meanNorm: Double?
  /// The share of taken steps in which clipping acted; nil where none was taken or clipping is off.
  public var clipRatio: Double?
  /// The rate of the last step of the epoch.
  public var learningRate: Double?
  /// The gradients of the epoch's last step; nil where that step had no backward pass.
  public var gradient: GradientSummary?
  /// nil: this epoch was not evaluated.
  public var evaluation: EvaluationRecord?
  /// Whether the objective is the best so far.
  public var isBest = false
  /// Evaluations, or epochs, since the best one, as early stopping counts; nil where it is off.
  public var sinceBest: Int?

  /// An epoch of which nothing is known.
  public init() {}
}
