import ThalwegDiagnosis
import ThalwegFormats
import ThalwegRecord

/// What was found in the files of one run or of several, as text and as JSON.
struct DiagnosisReport {
  /// Places of a finding that a line of text names; the document names all.
  private static let placeLimit = 4

  let diagnoses: [Diagnosis]

  init(_ diagnoses: [Diagnosis]) { self.diagnoses = diagnoses }

  func lines() -> [String] {
    var lines = overview()
    for diagnosis in diagnoses {
      lines.append("")
      if diagnoses.count > 1 { lines.append("run \(diagnosis.run.name)") }
      lines.append(DiagnosisReport.counts(of: diagnosis.findings))
      for finding in diagnosis.findings { lines += self.lines(of: finding, in: diagnosis.run) }
      lines += DiagnosisReport.rest(of: diagnosis)
    }
    return lines.map(\.onOneLine)
  }

  /// A line for each file: what it is, and how much of it was understood.
  func overview() -> [String] {
    var seen: Set<String> = []
    return diagnoses.flatMap(\.run.sources).filter { seen.insert($0.path).inserted }.flatMap {
      source -> [String] in
      let parts = source.unit == .line ? "lines" : "records"
      let share =
        source.parts == 0
        ? "no \(parts)"
        : "\(source.understood) of \(source.parts) \(parts) understood ("
          + Text.fixed(100 * Double(source.understood) / Double(source.parts), 1) + " %)"
      return ["\(source.path): \(source.kind), \(share)"] + source.remarks.map { "  \($0)" }
    }.map(\.onOneLine)
  }

  func lines(of finding: Finding, in run: RunRecord) -> [String] {
    var lines = [
      "\(finding.severity.rawValue) \(finding.rule), "
        + "\(DiagnosisReport.words(finding.verdict)): \(finding.text)"
    ]
    let places = finding.evidence.map(run.name(of:))
    if !places.isEmpty {
      let named = places.prefix(DiagnosisReport.placeLimit).joined(separator: ", ")
      let more = places.count - DiagnosisReport.placeLimit
      lines.append("  read at: \(named)" + (more > 0 ? " and \(more) more" : ""))
    }
    if let unknown = finding.unknown { lines.append("  not known: \(unknown)") }
    if let remedy = finding.remedy { lines.append("  remedy: \(remedy)") }
    if let proof = finding.proof { lines.append("  proof: \(proof)") }
    return lines.map(\.onOneLine)
  }

  private static func words(_ verdict: Verdict) -> String {
    verdict.rawValue.split(separator: "_").joined(separator: " ")
  }

  private static func counts(of findings: [Finding]) -> String {
    if findings.isEmpty { return "findings: none" }
    let counts = Severity.allCases.reversed().compactMap { severity -> String? in
      let count = findings.count { $0.severity == severity }
      return count == 0 ? nil : "\(count) \(severity.rawValue)"
    }
    return "findings: " + counts.joined(separator: ", ")
  }

  private static func rest(of diagnosis: Diagnosis) -> [String] {
    var lines: [String] = []
    if !diagnosis.quiet.isEmpty {
      lines.append("looked for and not found: " + diagnosis.quiet.joined(separator: ", "))
    }
    if !diagnosis.skipped.isEmpty {
      // Rules that lack the same thing share a line.
      var groups: [(missing: String, rules: [String])] = []
      for skipped in diagnosis.skipped {
        if let known = groups.firstIndex(where: { $0.missing == skipped.missing }) {
          groups[known].rules.append(skipped.rule)
        } else {
          groups.append((skipped.missing, [skipped.rule]))
        }
      }
      lines.append("not judged, for want of")
      lines += groups.map { "  \($0.missing): \($0.rules.joined(separator: ", "))" }
    }
    return lines
  }
}
