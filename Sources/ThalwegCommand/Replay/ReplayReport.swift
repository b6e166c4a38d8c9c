import ThalwegDiagnosis
import ThalwegFormats
import ThalwegRecord

/// The judged claims of a replay as text and as JSON.
struct ReplayReport {
  /// Places that a line of text names; the document names all.
  private static let placeLimit = 4

  let name: String
  let folder: String
  /// What differs from the case as it ships.
  let edits: [String]
  let diagnosis: Diagnosis
  let others: [(name: String, diagnosis: Diagnosis)]
  let results: [Claim.Result]

  func lines() -> [String] {
    var lines = [
      "\(name): PriorityNet, \(parameters.map { "\($0)" } ?? "an unknown number of") parameters, no data, 0 steps: nothing is trained, "
        + "configurations and stated values are diagnosed",
      "files: \(folder)" + (edits.isEmpty ? "" : ", with \(edits.joined(separator: ", "))"),
    ]
    for result in results { lines += self.lines(result) }
    if !further.isEmpty { lines.append("found besides:") }
    for finding in further {
      lines.append("    \(finding.rule): \(finding.text)")
      lines.append("    from " + ReplayReport.listed(places(finding, in: diagnosis.run)))
    }
    lines.append(
      "\(results.count) claims: "
        + Claim.Verdict.allCases.map { "\($0.rawValue) \(count($0))" }.joined(separator: ", "))
    return lines.map(\.onOneLine)
  }

  private func lines(_ result: Claim.Result) -> [String] {
    let claim = result.claim
    var lines = [
      Text.left(claim.id, 4) + Text.left(result.verdict.rawValue, 15) + claim.says
    ]
    var figures: [String] = []
    if let reported = claim.reported { figures.append("reported " + ReplayReport.short(reported)) }
    if let figure = claim.measure.figure {
      figures.append(
        "\(figure) " + (result.isAbsent ? "there is none" : ReplayReport.short(result.measured)))
    }
    figures += result.beside.map { "\($0.name) " + ReplayReport.short($0.value) }
    if !figures.isEmpty { lines.append("    " + figures.joined(separator: ", ")) }
    if let missing = result.missing { lines.append("    cannot be told: \(missing)") }
    if let finding = result.finding {
      lines.append("    \(finding.rule): \(finding.text)")
      lines.append("    from " + ReplayReport.listed(places(result)))
    }
    return lines
  }

  private static func short(_ number: Double?) -> String {
    guard let number else { return "not recorded" }
    return Text.short(number, number.magnitude >= 1000 ? 7 : 4)
  }

  /// As it is told of the network in use; nil: it is not.
  private var parameters: Int? {
    let figure = diagnosis.findings.first { $0.rule == Rule.updateSize.name }?.figures
      .first { $0.name == "parameters" }
    return figure?.value.flatMap { Int(exactly: $0) }
  }

  private func count(_ verdict: Claim.Verdict) -> Int { results.count { $0.verdict == verdict } }

  /// What the diagnosis found and no claim is about.
  private var further: [Finding] {
    let judged = Set(results.flatMap { $0.claim.measure.rules })
    return diagnosis.findings.filter { !judged.contains($0.rule) }
  }

  /// The places that a verdict was read from.
  private func places(_ result: Claim.Result) -> [String] {
    let run = result.claim.measure.run
    let record = others.first { $0.name == run }?.diagnosis.run ?? diagnosis.run
    return result.finding.map { places($0, in: record) } ?? []
  }

  /// The places of a finding, each once, within the folder of the replay.
  private func places(_ finding: Finding, in run: RunRecord) -> [String] {
    var places: [String] = []
    for place in finding.evidence {
      var name = run.name(of: place)
      if name.hasPrefix(folder + "/") { name = String(name.dropFirst(folder.count + 1)) }
      if !places.contains(name) { places.append(name) }
    }
    return places
  }

  private static func listed(_ places: [String]) -> String {
    let more = places.count - placeLimit
    return places.prefix(placeLimit).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
  }

  var json: JSON {
    .object([
      .init("format", .integer(1)),
      .init("case", .string(name)),
      .init("folder", .string(folder)),
      .init("edits", .array(edits.map(JSON.string))),
      .init("parameters", parameters.map(JSON.integer) ?? .null),
      .init("steps", .integer(0)),
      .init(
        "counts",
        .object(Claim.Verdict.allCases.map { .init($0.rawValue, .integer(count($0))) })),
      .init("claims", .array(results.map(member))),
      .init("found_besides", .array(further.map(member))),
    ])
  }

  private func member(_ finding: Finding) -> JSON {
    .object([
      .init("rule", .string(finding.rule)),
      .init("severity", .string(finding.severity.rawValue)),
      .init("verdict", .string(finding.verdict.rawValue)),
      .init("text", .string(finding.text)),
      .init(
        "figures",
        .array(
          finding.figures.map {
            .object([
              .init("name", .string($0.name)), .init("value", $0.value.map(JSON.number) ?? .null),
            ])
          })),
      .init("evidence", .array(places(finding, in: diagnosis.run).map(JSON.string))),
    ])
  }

  private func member(_ result: Claim.Result) -> JSON {
    let claim = result.claim
    func number(_ value: Double?) -> JSON { value.map(JSON.number) ?? .null }
    func text(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }
    return .object([
      .init("id", .string(claim.id)),
      .init("says", .string(claim.says)),
      .init("verdict", .string(result.verdict.rawValue)),
      .init("reported", number(claim.reported)),
      .init("figure", text(claim.measure.figure)),
      .init("measured", number(result.measured)),
      .init("absent", .bool(result.isAbsent)),
      .init("comparison", .string(claim.comparison.rawValue)),
      .init("tolerance", .number(claim.tolerance)),
      .init("beside", .object(result.beside.map { .init($0.name, number($0.value)) })),
      .init("rule", text(result.finding?.rule)),
      .init("text", text(result.finding?.text)),
      .init("evidence", .array(places(result).map(JSON.string))),
      .init("missing", text(result.missing)),
    ])
  }
}
