/// All that can be said of a checkpoint, alone or beside an earlier one.
package struct Inspection: Sendable {
  package let path: String
  package let listing: CheckpointListing
  /// One for each tensor; nil: not asked for.
  package let statistics: [TensorStatistics]?
  /// nil: nothing in the file is a model's.
  package let training: TrainingReport?
  /// nil: no earlier one was given.
  package let comparison: CheckpointComparison?

  /// - Parameters:
  ///   - other: an earlier checkpoint of the same model.
  ///   - takesStatistics: reads all numbers; without it, and without an earlier checkpoint,
  ///     none but single ones.
  /// - Throws: what `CheckpointListing.read` does, and `NumbersError`.
  package init(
    _ path: String, other: String? = nil, takesStatistics: Bool = false, skipsUnknown: Bool = false
  ) throws {
    self.path = path
    listing = try CheckpointListing.read(path, skipsUnknown: skipsUnknown)
    var numbers = CheckpointNumbers(path, listing)
    let model = ModelTensors(listing)
    var comparison: CheckpointComparison?
    var names: Set<String> = []
    if let other {
      let listing = try CheckpointListing.read(other, skipsUnknown: skipsUnknown)
      var earlier = CheckpointNumbers(other, listing)
      let earlierModel = ModelTensors(listing)
      names = Set(earlierModel.places.map { earlierModel.name(of: listing.tensors[$0]) })
      let isBackward = try Inspection.isBefore(&numbers, &earlier)
      comparison = try CheckpointComparison(
        numbers, model, earlier, earlierModel, isBackward: isBackward)
    }
    let isModel = !model.places.isEmpty || !listing.optimizers.isEmpty
    training =
      isModel
      ? try TrainingReport(
        &numbers, model, readsMoments: takesStatistics || other != nil,
        earlier: comparison.map { (names, $0) }) : nil
    if let training { comparison?.weigh(training.findings) }
    self.comparison = comparison
    var statistics: [TensorStatistics]?
    if takesStatistics {
      var all: [TensorStatistics] = []
      for tensor in listing.tensors { all.append(try numbers.statistics(of: tensor)) }
      statistics = all
    }
    self.statistics = statistics
  }

  /// Whether every count of updates says that the first is the earlier one.
  private static func isBefore(
    _ first: inout CheckpointNumbers, _ second: inout CheckpointNumbers
  ) throws(NumbersError) -> Bool {
    func most(_ numbers: inout CheckpointNumbers) throws(NumbersError) -> Double? {
      try TrainingReport.optimizers(&numbers).compactMap { $0.steps?.upperBound }.max()
    }
    guard let own = try most(&first), let others = try most(&second) else { return false }
    return own < others
  }
}
