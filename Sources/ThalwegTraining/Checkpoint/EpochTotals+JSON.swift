package import ThalwegFormats
private import ThalwegRecord

extension EpochTotals {
  package var json: JSON {
    .object([
      .init("outcomes", .array(outcomes.map(JSON.integer))),
      .init("loss_sum", .number(lossSum)),
      .init("loss_count", .integer(lossCount)),
      .init("norm_sum", .number(normSum)),
      .init("norm_count", .integer(normCount)),
      .init("largest_norm", .optional(largestNorm)),
      .init("clipped_count", .integer(clippedCount)),
      .init("taken_count", .integer(takenCount)),
      .init(
        "terms",
        .array(
          terms.map {
            .object([
              .init("name", .string($0.name)), .init("raw", .number($0.raw)),
              .init("weighted", .number($0.weighted)), .init("count", .integer($0.count)),
            ])
          })),
    ])
  }

  package init(_ fields: Fields) throws(CheckpointError) {
    self.init()
    outcomes = try fields.ints("outcomes")
    if outcomes.count != StepOutcome.allCases.count {
      throw .field(path: fields.path, name: fields.prefix + "outcomes")
    }
    lossSum = try fields.double("loss_sum")
    lossCount = try fields.int("loss_count")
    normSum = try fields.double("norm_sum")
    normCount = try fields.int("norm_count")
    largestNorm = try fields.optionalDouble("largest_norm")
    clippedCount = try fields.int("clipped_count")
    takenCount = try fields.int("taken_count")
    for term in try fields.objects("terms") {
      terms.append(
        Term(
          name: try term.string("name"), raw: try term.double("raw"),
          weighted: try term.double("weighted"), count: try term.int("count")))
    }
  }
}
