package import ThalwegFormats

/// The console's account of how a table became training data.
package enum DataReport {
  /// What was done, then the counts of both modes for the same table side by side, then the
  /// missing share of each column.
  /// - Parameter table: the one that `report` is about.
  package static func lines(for report: SeriesReport, table: Table) -> [String] {
    let configuration = report.configuration
    var lines = [
      "data: \(grouped(report.counts.rowsRead)) rows of \(report.names.count) columns, mode "
        + "'\(configuration.mode.rawValue)', windows of \(configuration.window) rows"
    ]
    lines += deeds(configuration)
    for (columns, kind) in [
      (report.constantColumns, "one single value in training"),
      (report.emptyColumns, "no observed value in training"),
    ] where !columns.isEmpty {
      lines.append("  \(kind): \(columns.joined(separator: ", "))")
    }
    lines += comparison(report, table)
    lines.append("  missing, of the kept rows:")
    let width = report.names.map(\.count).max() ?? 0
    for (name, share) in zip(report.names, report.counts.missingShares) {
      lines.append("    \(padded(name, to: width))  \(padded(percent(share), to: 9, right: true))")
    }
    return lines
  }

  private static func deeds(_ configuration: SeriesConfiguration) -> [String] {
    let scale = configuration.standardize ? "standardized" : "left on their own scale"
    switch (configuration.mode, configuration.fill) {
    case (.published, _):
      return [
        "  blank rows kept; gaps set to 0 before the statistics; columns \(scale)",
        "  statistics over the training windows, filled gaps included",
      ]
    case (.default, let fill):
      let filler = fill == .zero ? "the training mean" : "the last observation before them"
      return [
        "  blank tail dropped; columns \(scale); gaps filled with \(filler)",
        "  statistics over the observed entries of the training rows",
      ]
    }
  }

  private static func comparison(_ report: SeriesReport, _ table: Table) -> [String] {
    var reasons: [String] = []
    let counts = SeriesMode.allCases.map { mode -> SeriesCounts? in
      do throws(SeriesError) {
        return try SeriesCounts(table: table, mode: mode, window: report.configuration.window)
      } catch {
        reasons.append("  mode '\(mode.rawValue)' is not possible here: \(error)")
        return nil
      }
    }
    func line(_ label: String, _ figure: (SeriesCounts) -> String) -> String {
      let figures = counts.map { padded($0.map(figure) ?? "-", to: 12, right: true) }
      return "  " + padded(label, to: 30) + figures.joined()
    }
    let batchSize = report.configuration.batchSize
    return [
      line("") { ($0.mode == report.configuration.mode ? "*" : "") + $0.mode.rawValue },
      line("rows kept") { grouped($0.rowsKept) },
      line("missing cells") { percent($0.missingShare) },
      line("windows") { grouped($0.splits.windowCount) },
      line("  training") { grouped($0.splits.training.count) },
      line("  validation") { grouped($0.splits.validation.count) },
      line("  test") { grouped($0.splits.test.count) },
      line("unused rows between splits") { grouped($0.gapRows) },
      line("rows shared by neighbours") { grouped($0.sharedRows) },
      line("batches of \(batchSize) an epoch") {
        grouped($0.batchesPerEpoch(batchSize: batchSize))
      },
    ] + reasons
  }

  /// Rounded to two decimals, halves away from 0.
  package static func percent(_ share: Double) -> String {
    let hundredths = Int((share * 10_000).rounded())
    let decimals = hundredths % 100
    return "\(hundredths / 100).\(decimals < 10 ? "0" : "")\(decimals) %"
  }

  /// With a comma before every third digit from the right.
  package static func grouped(_ number: Int) -> String {
    let digits = Array("\(number)")
    return digits.indices.reduce(into: "") { text, place in
      if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
      text.append(digits[place])
    }
  }

  private static func padded(_ text: String, to width: Int, right: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(0, width - text.count))
    return right ? spaces + text : text + spaces
  }
}
