import Testing
import ThalwegDiagnosis
import ThalwegRecord

/// The page of rules is what the rules say of themselves.
@Suite struct RulesPageTests {
  @Test func tableEqualsTheRules() throws {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let page = try #require(textOfFile("/\(root)/Docs/rules.md"))
    let lines = page.split(separator: "\n").map(String.init)
    let table = lines.drop { !$0.hasPrefix("| rule | it fires when") }.dropFirst(2)
    let rows = Array(table.prefix { $0.hasPrefix("| `") })
    let wanted = Rule.all.map { rule in
      let (low, high) = (rule.severities.lowerBound, rule.severities.upperBound)
      let severity = low == high ? low.rawValue : "\(low.rawValue) to \(high.rawValue)"
      return "| `\(rule.name)` | \(rule.summary) | \(rule.needs) | \(severity) |"
    }
    #expect(rows == wanted, "the table must be:\n\(wanted.joined(separator: "\n"))")
  }
}
