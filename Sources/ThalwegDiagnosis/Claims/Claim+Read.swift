package import ThalwegRecord

/// Why a list of claims was refused.
package enum ClaimError: Error, Equatable, Sendable, CustomStringConvertible {
  /// `claims` is not there, or empty.
  case missing
  case malformed(id: String, problem: String)

  package var description: String {
    switch self {
    case .missing: "no claims: the file has a list 'claims' with one entry for each"
    case .malformed(let id, let problem): "claim '\(id)': \(problem)"
    }
  }
}

extension Claim {
  private static let keys = [
    "id", "says", "reported", "run", "rule", "rules", "subject", "figure", "holds_if", "fails_if",
    "otherwise", "if_quiet", "tolerance", "open_if", "needs_series", "beside",
  ]

  /// The claims that settings hold under `claims`, in order.
  package static func all(in settings: [Setting]) throws(ClaimError) -> [Claim] {
    let entries = SettingBranch(["claims"], in: settings).elements
    if entries.isEmpty { throw .missing }
    var claims: [Claim] = []
    for entry in entries { claims.append(try Claim(entry)) }
    return claims
  }

  private init(_ entry: SettingBranch) throws(ClaimError) {
    let id = entry.text("id") ?? entry.path.last ?? ""
    func malformed(_ problem: String) -> ClaimError { .malformed(id: id, problem: problem) }
    for name in entry.names where !Claim.keys.contains(name) {
      throw malformed("has \(Claim.keys.joined(separator: ", ")); not '\(name)'")
    }
    guard let says = entry.text("says") else { throw malformed("lacks 'says'") }
    guard let measure = Claim.measure(entry) else { throw malformed("lacks 'rule'") }
    self.id = id
    self.says = says
    self.measure = measure
    reported = entry["reported"]?.number
    tolerance = entry["tolerance"]?.number ?? 0
    let (holds, fails) = (entry.text("holds_if"), entry.text("fails_if"))
    let word = holds ?? fails ?? ""
    guard (holds == nil) != (fails == nil), let comparison = Comparison(rawValue: word) else {
      let known = Comparison.allCases.map(\.rawValue).joined(separator: ", ")
      throw malformed("has 'holds_if' or 'fails_if', one of \(known)")
    }
    self.comparison = comparison
    if comparison != .found && (reported == nil || measure.figure == nil) {
      throw malformed("compares a 'figure' with what is 'reported'; one of them is missing")
    }
    ifTrue = holds == nil ? .doesNotHold : .holds
    ifFalse = try Claim.verdict(entry, "otherwise", id) ?? (holds == nil ? .holds : .doesNotHold)
    ifQuiet = try Claim.verdict(entry, "if_quiet", id) ?? .cannotTell
    openIf = Claim.measure(entry.branch("open_if"))
    if let text = entry.text("needs_series") {
      guard let role = Role(rawValue: text) else {
        throw malformed("no figure is called '\(text)'")
      }
      needsSeries = role
    }
    beside = (entry.texts("beside") ?? []).map { text in
      var other = measure
      other.figure = text
      return other
    }
    for element in entry.branch("beside").elements {
      guard let measure = Claim.measure(element) else { throw malformed("'beside' lacks a rule") }
      beside.append(measure)
    }
  }

  private static func measure(_ branch: SettingBranch) -> Measure? {
    guard let rules = branch.texts("rules") ?? branch.text("rule").map({ [$0] }), !rules.isEmpty
    else { return nil }
    return Measure(
      run: branch.text("run"), rules: rules, subject: branch.text("subject"),
      figure: branch.text("figure"))
  }

  private static func verdict(
    _ entry: SettingBranch, _ key: String, _ id: String
  ) throws(ClaimError) -> Verdict? {
    guard let text = entry.text(key) else { return nil }
    guard let verdict = Verdict(rawValue: text) else {
      let known = Verdict.allCases.map(\.rawValue).joined(separator: ", ")
      throw .malformed(id: id, problem: "'\(key)' is one of \(known)")
    }
    return verdict
  }
}
