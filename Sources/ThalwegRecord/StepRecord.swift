/// What became of one step.
public enum StepOutcome: String, Sendable, CaseIterable {
  /// The parameters were updated.
  case taken
  /// Nothing was minimized: no backward pass, no update.
  case empty
  /// No parameter lies behind the loss: no backward pass, no update.
  case noPath = "no_path"
  /// A number was not finite; nothing was changed.
  case refused
  /// A number was not finite; the last snapshot was put back.
  case rolledBack = "rolled_back"
  /// A number was not finite; training ends.
  case stopped

  /// Whether a number that was not finite kept the update from being made.
  public var isFailure: Bool { self == .refused || self == .rolledBack || self == .stopped }
}

/// One named part of the loss in one step.
public struct TermRecord: Sendable, Equatable {
  /// The name given to `minimize`.
  public var name: String
  /// The value as computed.
  public var raw: Double
  /// The value times its weight: the parts that add up to the loss.
  public var weighted: Double

  /// A term's value with and without its weight.
  public init(name: String, raw: Double, weighted: Double) {
    self.name = name
    self.raw = raw
    self.weighted = weighted
  }
}

/// Everything that one step says of itself. A number that does not exist is nil, never 0.
public struct StepRecord: Sendable, Equatable {
  /// The number of the step, from 1; refused and empty steps count.
  public var step = 0
  /// The epoch, from 1.
  public var epoch = 0
  /// The batch within the epoch, from 1.
  public var batch = 0
  /// Items in the batch.
  public var items = 0
  /// What became of the step.
  public var outcome = StepOutcome.empty
  /// The weighted sum of the terms; nil in an empty step.
  public var loss: Double?
  /// The parts of the loss, in the order in which they were named.
  public var terms: [TermRecord] = []
  /// The rate that the update used; nil where none was made.
  public var learningRate: Double?
  /// The Euclidean norm of all gradients as they came; nil where there was no backward pass.
  public var normBeforeClip: Double?
  /// What all gradients were multiplied with; 1 where clipping did not act; nil where none was
  /// updated, or clipping has no one number for all.
  public var clipCoefficient: Double?
  /// Tensors whose gradient was changed by clipping that has no one number for all; else nil.
  public var clippedTensors: Int?
  /// The norm of what the optimizer was given, measured there.
  public var normAfterClip: Double?
  /// Parameter tensors with a gradient that holds a number that is not finite, or whose squares
  /// overflow.
  public var nonFiniteTensors = 0
  /// The first bad tensor and what made it, in words; nil where all is finite.
  public var culprit: String?

  /// An empty step.
  public init() {}

  /// Whether clipping changed any gradient; nil where no update was made.
  public var isClipped: Bool? { clippedTensors.map { $0 > 0 } ?? clipCoefficient.map { $0 < 1 } }
}
