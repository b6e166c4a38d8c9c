package import ThalwegFormats
private import ThalwegRecord
private import ThalwegTensor

/// state.json of a checkpoint: everything but the tensors.
package struct StateDocument: Equatable {
  package static let format = 1

  package var step: Int
  package var outcomes: [Int]
  package var learningRate: Double
  package var updates: [Int]
  package var loop: LoopState
  package var metricsBytes: Int
  package var timingBytes: Int

  package var json: JSON {
    var members: [JSON.Member] = [
      .init("format", .integer(StateDocument.format)),
      .init("step", .integer(step)),
      .init("epoch", .integer(loop.epoch)),
      .init("batch", .integer(loop.batch)),
      .init("learning_rate", .number(learningRate)),
      .init("best", .optional(loop.best)),
      .init("diverged", .bool(loop.isDiverged)),
      .init("outcomes", .array(outcomes.map(JSON.integer))),
      .init("metrics_bytes", .integer(metricsBytes)),
      .init("timing_bytes", .integer(timingBytes)),
      .init("epoch_totals", loop.totals.json),
    ]
    if let plateau = loop.plateau {
      members.append(
        .init(
          "plateau",
          .object([
            .init("best", .optional(plateau.best)),
            .init("bad_count", .integer(plateau.badCount)),
            .init("cooldown_left", .integer(plateau.cooldownLeft)),
          ])))
    }
    if let stopping = loop.stopping {
      members.append(
        .init(
          "early_stopping",
          .object([
            .init("best", .optional(stopping.best)),
            .init("since_best", .integer(stopping.sinceBest)),
          ])))
    }
    members.append(.init("updates", .array(updates.map(JSON.integer))))
    return .object(members)
  }

  /// - Parameter configuration: says which schedules there are; the file says where they stand.
  package init(
    _ json: JSON, path: String, configuration: TrainingConfiguration
  ) throws(CheckpointError) {
    let fields = Fields(json: json, path: path)
    let format = try fields.int("format")
    if format > StateDocument.format {
      throw .format(path: path, found: format, known: StateDocument.format)
    }
    step = try fields.int("step")
    outcomes = try fields.ints("outcomes")
    if outcomes.count != StepOutcome.allCases.count { throw .field(path: path, name: "outcomes") }
    learningRate = try fields.double("learning_rate")
    updates = try fields.ints("updates")
    metricsBytes = try fields.int("metrics_bytes")
    timingBytes = try fields.int("timing_bytes")
    loop = LoopState(configuration)
    loop.epoch = try fields.int("epoch")
    loop.batch = try fields.int("batch")
    loop.best = try fields.optionalDouble("best")
    guard let isDiverged = json["diverged"]?.bool else {
      throw .field(path: path, name: "diverged")
    }
    loop.isDiverged = isDiverged
    loop.totals = try EpochTotals(try fields.object("epoch_totals"))
    if loop.plateau != nil {
      let plateau = try fields.object("plateau")
      loop.plateau?.best = try plateau.optionalDouble("best")
      loop.plateau?.badCount = try plateau.int("bad_count")
      loop.plateau?.cooldownLeft = try plateau.int("cooldown_left")
    }
    if loop.stopping != nil {
      let stopping = try fields.object("early_stopping")
      loop.stopping?.best = try stopping.optionalDouble("best")
      loop.stopping?.sinceBest = try stopping.int("since_best")
    }
  }

  package init(_ loop: TrainingLoop, metricsBytes: Int, timingBytes: Int) {
    step = loop.trainer.stepCount
    outcomes = loop.trainer.outcomes
    learningRate = loop.trainer.optimizer.learningRate
    updates = loop.trainer.optimizer.updates
    self.loop = loop.state
    self.metricsBytes = metricsBytes
    self.timingBytes = timingBytes
  }
}

extension JSON {
  package static func optional(_ number: Double?) -> JSON { number.map(JSON.number) ?? .null }
}
