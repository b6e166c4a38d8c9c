/// How an experiment is trained.
public struct TrainingConfiguration: Sendable, Equatable {
  /// Epochs to train; positive.
  public var epochs: Int
  /// Items of one batch; positive. The last batch of an epoch may be smaller.
  public var batchSize: Int
  /// The root of all random streams.
  public var seed: UInt64
  /// How parameters are updated.
  public var optimizer: OptimizerConfiguration
  /// What happens when a number is not finite.
  public var nonFinite = NonFinitePolicy.skip
  /// Epochs from one evaluation to the next; positive.
  public var evaluateEveryEpochs = 1
  /// Steps from one checkpoint to the next, beside the one after each epoch; nil: those only.
  public var checkpointEverySteps: Int?
  /// What the rate is multiplied with at each step, beside what `plateau` makes of it.
  public var schedule = Schedule()
  /// How the rate falls when the objective stalls; nil: it stays.
  public var plateau: ReduceOnPlateau.Configuration?
  /// How many units without improvement end the training; nil: it never ends early.
  public var patience: Int?
  /// What patience is counted in.
  public var patienceUnit = EarlyStopping.Unit.evaluations
  /// What the schedule is told when an evaluation has no objective; nil: nothing. Published systems
  /// fed it a sentinel.
  public var objectiveWhenMissing: Double?

  /// A training with one evaluation an epoch and nothing that ends it early.
  public init(epochs: Int, batchSize: Int, seed: UInt64, optimizer: OptimizerConfiguration) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.seed = seed
    self.optimizer = optimizer
  }
}
