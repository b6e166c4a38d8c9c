/// Where something was read: a file of the run, and the line or byte in it.
package struct Place: Sendable, Hashable {
  /// The index in the run's `sources`.
  package var source: Int
  /// What the source counts in, lines from 1 or bytes from 0; nil where it has no such places.
  package var position: Int?

  package init(source: Int, position: Int?) {
    self.source = source
    self.position = position
  }
}

/// How far the training was when a figure was written.
package struct Progress: Sendable, Equatable {
  /// The optimizer's step, as the tool counts; nil: not recorded.
  package var step: Int?
  /// The epoch, as the tool counts, a fraction within one; nil: not recorded.
  package var epoch: Double?
  /// The batch within the epoch, as the tool counts; nil: not recorded.
  package var batch: Int?

  package init(step: Int? = nil, epoch: Double? = nil, batch: Int? = nil) {
    self.step = step
    self.epoch = epoch
    self.batch = batch
  }
}
