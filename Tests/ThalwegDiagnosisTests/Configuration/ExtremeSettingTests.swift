import Testing
import ThalwegDiagnosis
import ThalwegFormats
import ThalwegRecord

/// Whatever a setting says, the analysis ends, and what it says stays on one line.
@Suite struct ExtremeSettingTests {
  private static let values: [Setting.Value] = [
    .number(0), .number(-1), .number(1e30), .number(-1e30), .number(.leastNonzeroMagnitude),
    .number(1e308), .number(.infinity), .number(.nan), .text("1e5"), .text("ä\nb"), .null,
    .bool(true), .list([.number(1), .text("1e5"), .null]),
  ]

  private func check(_ run: RunRecord) {
    for finding in Diagnosis(run).findings {
      #expect(finding.text.allSatisfy { !$0.isNewline } || finding.text.contains("ä"))
    }
  }

  @Test func eachSettingOfTheCase() throws {
    let run = try ConfiguredText.priorityNet()
    #expect(run.settings.count > 120)
    // A fifth of the values for each, another fifth for the next.
    let values = ExtremeSettingTests.values
    for index in run.settings.indices {
      for place in stride(from: index % 5, to: values.count, by: 5) {
        var changed = run
        changed.settings[index].value = values[place]
        check(changed)
      }
    }
    for value in [0.0, .leastNonzeroMagnitude, 1e308, .infinity, .nan] {
      var changed = run
      var series = Series(SeriesKey(name: "gradient_norm", source: 1), role: .gradientNorm)
      series.add(Point(value, Progress(step: .max, epoch: value), Place(source: 1, position: 1)))
      changed.series = [series]
      check(changed)
    }
  }

  @Test func eachSettingOfTheSchedules() throws {
    for entry in try ConfiguredText.golden("schedules") {
      let run = try ConfiguredText.run(try #require(entry["text"]?.string))
      for index in run.settings.indices {
        for value in ExtremeSettingTests.values {
          var changed = run
          changed.settings[index].value = value
          check(changed)
          for schedule in RateSchedule.all(in: changed) {
            for count in [0, 1, 7, 1e9] { _ = schedule.rate(after: count) }
          }
        }
      }
    }
  }

  /// Each rule looks at many settings a small number of times.
  @Test func manySettingsTakeNoTime() throws {
    var run = RunRecord(name: "a run")
    run.sources = [SourceRecord(path: "a.yaml", kind: "configuration")]
    for index in 0..<20_000 {
      run.settings.append(
        Setting(
          path: ["s\(index % 2000)", "terms", "k\(index)"], value: .text("1e5"), text: "1e5",
          place: Place(source: 0, position: index)))
    }
    for index in 0..<500 {
      run.settings.append(
        Setting(
          path: ["s\(index)", "lr"], value: .number(0.1), text: "0.1",
          place: Place(source: 0, position: index)))
    }
    let clock = ContinuousClock()
    let start = clock.now
    let findings = ConfigurationAnalysis(settings: [], run: run).findings
    #expect(clock.now - start < .seconds(60))
    #expect(findings.filter { $0.rule == "string_number" }.count == 51)
  }

  /// The page on the analysis shows what is understood, and names every rule and form.
  @Test func thePageIsRight() throws {
    let path = ConfiguredText.package + "Docs/configuration-analysis.md"
    let page = String(decoding: try Files.read(path), as: UTF8.self)
    let block = page.split(separator: "\n").filter { $0.hasPrefix("    ") }.map { $0.dropFirst(4) }
    let run = try ConfiguredText.run("net: {lr: 0.1}\n" + block.joined(separator: "\n"))
    let found = ConfiguredText.findings(run)
    #expect(found["code_facts"] == nil)
    #expect(found["predicted_change", "fix 4"] != nil)
    #expect(run.series.first?.role == .gradientNorm)
    for rule in Rule.configuration { #expect(page.contains("`\(rule.name)`"), "\(rule.name)") }
    for form in PenaltyForm.allCases where form != .other {
      #expect(page.contains("| `\(form.rawValue)` |"), "\(form.rawValue)")
    }
  }
}
