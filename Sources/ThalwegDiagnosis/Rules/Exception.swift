import ThalwegRecord

extension Rule {
  package static let exception = Rule(
    name: "exception",
    summary: "the run ended with an error of its own",
    needs: "a log",
    severities: .info ... .error,
    judge: EndedByException.judge)
}

enum EndedByException {
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
}
