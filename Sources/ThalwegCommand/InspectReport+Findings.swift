import ThalwegFormats

// What the numbers say, and what the optimizer does.
extension InspectReport {
  var statistics: [String] {
    guard let all = inspection.statistics, !all.isEmpty else { return [] }
    let rows = zip(listing.tensors, all).map { tensor, numbers in
      let figures = [
        numbers.mean, numbers.deviation, numbers.smallest, numbers.largest, numbers.norm,
      ]
      let counts = [numbers.zeros, numbers.nans, numbers.infinities]
      return [name(tensor.path)] + figures.map { Text.short($0, 5) } + counts.map(String.init)
    }
    let head = [
      "tensor", "mean", "deviation", "smallest", "largest", "norm", "zeros", "nan", "inf",
    ]
    return ["statistics, of finite entries (of complex ones the magnitude):"]
      + InspectReport.columns([head] + rows)
  }

  var training: [String] {
    guard let report = inspection.training else { return [] }
    var lines = report.optimizers.map { optimizer in
      let place = optimizer.path.isEmpty ? "the saved object" : "'\(optimizer.path)'"
      return
        "optimizer \(place): state for \(optimizer.withState) of \(optimizer.parameters) "
        + "parameters, "
        + updates(optimizer.steps)
    }
    let findings = zip(listing.tensors, report.findings).compactMap { tensor, finding in
      finding.map { (tensor.path, $0) }
    }
    if findings.isEmpty { return lines }
    let all = findings.map(\.1)
    if let reason = report.unmatchedBecause, inspection.comparison == nil {
      return lines + ["ever trained? cannot tell: \(reason)"]
    }
    let how = report.matchedBy.map { "matched with the optimizer by \($0)" }
    lines.append(
      "ever trained? \(report.count(.trained)) trained, \(report.count(.neverUpdated)) "
        + "never_updated, \(report.count(.cannotTell)) cannot_tell"
        + " (\(how ?? report.unmatchedBecause ?? "not matched"))")
    let rows = zip(findings.map(\.0), all).map { path, finding in
      ["  " + name(path), finding.verdict.rawValue, finding.evidence.joined(separator: "; ")]
    }
    return lines + InspectReport.columns(rows)
  }

  private func updates(_ steps: ClosedRange<Double>?) -> String {
    guard let steps else { return "updates not recorded" }
    let (least, most) = (Text.short(steps.lowerBound, 15), Text.short(steps.upperBound, 15))
    return least == most ? "\(most) updates each" : "\(least) to \(most) updates"
  }

  var gates: [String] {
    guard let gates = inspection.training?.gates, !gates.isEmpty else { return [] }
    return ["gates, and what a sigmoid makes of them:"]
      + gates.map { gate in
        guard let sigmoid = gate.sigmoid else { return "  \(name(gate.path)): not a number" }
        return "  \(name(gate.path)): \(Text.short(gate.value, 6)), sigmoid "
          + "\(Text.short(sigmoid, 6)), the rest \(Text.short(1 - sigmoid, 6))"
      }
  }

  var comparison: [String] {
    guard let comparison = inspection.comparison else { return [] }
    let counts = TensorChange.Kind.allCases.compactMap { kind in
      let count = comparison.count(kind)
      return count > 0 ? "\(count) \(kind.rawValue)" : nil
    }
    var lines = [
      "since \(comparison.path): "
        + (counts.isEmpty ? "nothing to compare" : counts.joined(separator: ", "))
    ]
    if comparison.isBackward {
      lines.append("its optimizer counts more updates, so it is the later one: name it first")
    }
    let rows = comparison.changes.map { change in
      ["  " + name(change.name), change.kind.rawValue, notes(change)]
    }
    return lines + InspectReport.columns(rows)
  }

  private func notes(_ change: TensorChange) -> String {
    var notes: [String] = []
    if let difference = change.difference, change.kind != .unmoved {
      notes.append("by \(Text.short(difference.norm, 4))")
      notes.append(
        "norm \(Text.short(difference.secondNorm, 4)) to \(Text.short(difference.firstNorm, 4))")
      if let cosine = difference.cosine { notes.append("cosine \(Text.short(cosine, 4))") }
      if difference.nonFinite > 0 { notes.append("\(difference.nonFinite) not finite") }
    }
    if let lateness = change.lateness { notes.append("made late: \(lateness)") }
    return notes.joined(separator: ", ")
  }
}
