import ThalwegRecord

extension Rule {
  package static let exception = Rule(
    name: "exception",
    summary: "the run ended with an error of its own, or went on after one",
    needs: "a log",
    severities: .info ... .error,
    judge: EndedByException.judge)
}

enum EndedByException {
  /// Figures of one series after an error by which training is seen to have gone on; a single one
  /// may be of a summary that is written at the end.
  private static let fewestAfter = 2

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    guard let incident = run.incidents.last(where: { $0.kind == .exception }) else {
      let hasLog = run.sources.contains { $0.unit == .line } || !run.incidents.isEmpty
      return hasLog ? .quiet : .cannotTell("a log")
    }
    let trained = run.series.contains { series in
      series.role.map { [.loss, .gradientNorm, .normBeforeClip].contains($0) } ?? false
    }
    let moment = incident.progress.shown.map { " at \($0)" } ?? ""
    let when = trained ? "the run ended\(moment)" : "the run ended before its first step"
    let text = incident.text.split(whereSeparator: \.isNewline).joined(separator: " ")
    if let after = placeAfter(incident, run) {
      return .found([
        Finding(
          rule: Rule.exception.name, .info, .established,
          "an error was caught\(moment), and the run went on: \(text)",
          evidence: [incident.place, after],
          unknown: "whether what failed is part of the training")
      ])
    }
    if text.hasPrefix("KeyboardInterrupt") {
      return .found([
        Finding(
          rule: Rule.exception.name, .info, .established,
          "\(when) because somebody interrupted it", evidence: [incident.place])
      ])
    }
    return .found([
      Finding(
        rule: Rule.exception.name, .error, .established,
        "\(when) with an error of its own: \(text)", evidence: [incident.place],
        unknown: trained ? nil : "anything of the training: there was none",
        remedy: "mend what the error names, then run again",
        proof: "one batch goes through forward, backward and step")
    ])
  }

  /// Where the same file shows that the run went on; nil: it does not.
  private static func placeAfter(_ incident: Incident, _ run: RunRecord) -> Place? {
    func isAfter(_ place: Place) -> Bool {
      guard place.source == incident.place.source, let mine = place.position,
        let its = incident.place.position
      else { return false }
      return mine > its
    }
    for series in run.series {
      let points = series.samples.suffix(fewestAfter).flatMap { sample in
        sample.count > 1 ? [sample.low, sample.high] : [sample.low]
      }
      let after = points.filter { isAfter($0.place) }
      if after.count >= fewestAfter { return after[0].place }
    }
    return run.incidents.first { $0.kind == .finished && isAfter($0.place) }?.place
  }
}
