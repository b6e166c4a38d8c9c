import ThalwegFormats
private import ThalwegTraining

// One document.
extension InspectReport {
  var json: JSON {
    var members: [JSON.Member] = [
      .init("format", .integer(1)),
      .init("path", .string(inspection.path)),
      .init("kind", .string(listing.kind.rawValue)),
      .init("version", text(listing.version)),
      .init("byte_order", .string(listing.byteOrder)),
      .init("counts", counts),
      .init("tensors", .array(listing.tensors.indices.map(member))),
    ]
    let scalars = listing.scalars.map { scalar in
      JSON.object([.init("name", .string(scalar.name)), .init("value", scalar.value)])
    }
    let unopened = listing.opaque.map { entry in
      JSON.object([.init("path", .string(entry.path)), .init("made_by", .string(entry.name))])
    }
    members.append(.init("scalars", .array(scalars)))
    members.append(.init("unopened", .array(unopened)))
    members.append(.init("training", inspection.training.map(training) ?? .null))
    members.append(.init("comparison", inspection.comparison.map(comparison) ?? .null))
    return .object(members)
  }

  private var counts: JSON {
    .object([
      .init("tensors", .integer(listing.tensors.count)),
      .init("parameters", parameterCount.map(JSON.integer) ?? .null),
      .init("elements", .integer(listing.elementCount)),
      .init("bytes", .integer(listing.storedBytes)),
      .init("storages", sharing.isEmpty ? .null : .integer(sharing.count)),
    ])
  }

  private func text(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }

  private func member(_ place: Int) -> JSON {
    let tensor = listing.tensors[place]
    let view = tensor.view
    var members: [JSON.Member] = [
      .init("path", .string(tensor.path)),
      .init("type", .string(tensor.element.rawValue)),
      .init("shape", .array(tensor.extents.map(JSON.integer))),
      .init("elements", .integer(tensor.elementCount)),
      .init("is_parameter", parameterCount != nil ? .bool(tensor.isParameter) : .null),
      .init("storage", text(view?.storage)),
      .init("offset", view.map { JSON.integer($0.offset) } ?? .null),
      .init("strides", view.map { JSON.array($0.strides.map(JSON.integer)) } ?? .null),
    ]
    let shares = view?.storage.map { JSON.bool(sharing[$0, default: 0] > 1) }
    members.append(.init("shares_storage", shares ?? .null))
    members.append(.init("statistics", inspection.statistics.map { numbers($0[place]) } ?? .null))
    members.append(
      .init("training", inspection.training?.findings[place].map(finding) ?? .null))
    return .object(members)
  }

  private func numbers(_ statistics: TensorStatistics) -> JSON {
    .object([
      .init("count", .integer(statistics.count)),
      .init("zeros", .integer(statistics.zeros)),
      .init("nans", .integer(statistics.nans)),
      .init("infinities", .integer(statistics.infinities)),
      .init("smallest", .optional(statistics.smallest)),
      .init("largest", .optional(statistics.largest)),
      .init("mean", .optional(statistics.mean)),
      .init("deviation", .optional(statistics.deviation)),
      .init("norm", .optional(statistics.norm)),
    ])
  }
}

// What they mean.
extension InspectReport {
  private func finding(_ finding: TrainingFinding) -> JSON {
    .object([
      .init("verdict", .string(finding.verdict.rawValue)),
      .init("evidence", .array(finding.evidence.map(JSON.string))),
      .init("updates", .optional(finding.step)),
      .init("moment_zeros", finding.momentZeros.map(JSON.integer) ?? .null),
      .init("in_group", finding.isInGroup.map(JSON.bool) ?? .null),
    ])
  }

  private func training(_ report: TrainingReport) -> JSON {
    let optimizers = report.optimizers.map { optimizer in
      JSON.object([
        .init("path", .string(optimizer.path)),
        .init("parameters", .integer(optimizer.parameters)),
        .init("with_state", .integer(optimizer.withState)),
        .init("fewest_updates", .optional(optimizer.steps?.lowerBound)),
        .init("most_updates", .optional(optimizer.steps?.upperBound)),
      ])
    }
    let gates = report.gates.map { gate in
      JSON.object([
        .init("path", .string(gate.path)),
        .init("value", .number(gate.value)),
        .init("sigmoid", .optional(gate.sigmoid)),
      ])
    }
    return .object([
      .init("trained", .integer(report.count(.trained))),
      .init("never_updated", .integer(report.count(.neverUpdated))),
      .init("cannot_tell", .integer(report.count(.cannotTell))),
      .init("matched_by", text(report.matchedBy)),
      .init("unmatched_because", text(report.unmatchedBecause)),
      .init("optimizers", .array(optimizers)),
      .init("gates", .array(gates)),
    ])
  }

  private func comparison(_ comparison: CheckpointComparison) -> JSON {
    let counts = TensorChange.Kind.allCases.map { kind in
      JSON.Member(kind.rawValue, .integer(comparison.count(kind)))
    }
    return .object([
      .init("earlier", .string(comparison.path)),
      .init("is_backward", .bool(comparison.isBackward)),
      .init("counts", .object(counts)),
      .init("changes", .array(comparison.changes.map(change))),
    ])
  }

  private func change(_ change: TensorChange) -> JSON {
    let difference = change.difference
    return .object([
      .init("name", .string(change.name)),
      .init("change", .string(change.kind.rawValue)),
      .init("made_late", text(change.lateness)),
      .init("norm_of_difference", .optional(difference?.norm)),
      .init("norm", .optional(difference?.firstNorm)),
      .init("earlier_norm", .optional(difference?.secondNorm)),
      .init("largest_difference", .optional(difference?.largest)),
      .init("cosine", .optional(difference?.cosine)),
      .init("not_finite", difference.map { JSON.integer($0.nonFinite) } ?? .null),
    ])
  }
}
