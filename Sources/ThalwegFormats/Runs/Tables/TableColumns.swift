import ThalwegRecord

/// What the columns of a table say.
struct TableColumns {
  enum Use {
    case figure
    case progress(ProgressName)
    /// What the figure of the row is called.
    case tag
    /// Which run the row is of.
    case run
  }

  private(set) var uses: [Use] = []
  private(set) var names: [String] = []
  /// The run of each column, where the columns of several stand beside one another; else nil.
  private(set) var runs: [String?] = []
  /// The series of each column; of columns that hold no figures it is never used.
  private(set) var slots: [RunCollector.Slot] = []
  /// The column of the figures in a table that has a row for each figure.
  private(set) var value: Int?

  private static let tags: Set<String> = [
    "tag", "name", "key", "metric", "metrics", "variable", "series",
  ]
  private static let bounds = ["__MIN", "__MAX"]

  init(_ names: [String], for collector: RunCollector) {
    self.names = names
    let isGrouped = TableColumns.isGrouped(names)
    let lower = names.map { $0.lowercased() }
    let valueColumn = lower.firstIndex(of: "value")
    let tag = valueColumn == nil ? nil : lower.firstIndex { TableColumns.tags.contains($0) }
    if tag != nil { value = valueColumn }
    for (index, name) in names.enumerated() {
      var (run, figure): (String?, String) = (nil, name)
      if isGrouped, let parts = TableColumns.parts(of: name) { (run, figure) = parts }
      runs.append(run)
      let meant = collector.meant(by: name) ?? (run == nil ? nil : collector.meant(by: figure))
      if index == tag {
        uses.append(.tag)
      } else if tag != nil && (lower[index] == "run" || lower[index] == "run_name") {
        uses.append(.run)
      } else if run == nil, let progress = ProgressName(meant ?? name) {
        uses.append(.progress(progress))
      } else {
        uses.append(.figure)
      }
      slots.append(TableColumns.slot(figure, meant: meant))
    }
  }

  static func slot(_ name: String, meant: String?) -> RunCollector.Slot {
    var (role, split): (Role?, Split?)
    if let meant {
      (role, split) = RunCollector.meaning(meant: meant)
    } else {
      (role, split) = TermNames.meaning(of: name.split(separator: "/").map(String.init))
      // The smallest and the largest of several figures are none that the tool logged as such.
      if bounds.contains(where: name.hasSuffix) { role = nil }
    }
    return RunCollector.Slot(name, role: role, split: split, isJudged: true)
  }

  /// Whether this is an export of Weights & Biases, in which names are `run - figure`, with
  /// columns for the smallest and the largest of the figures that a row stands for.
  private static func isGrouped(_ names: [String]) -> Bool {
    let known = Set(names)
    return names.contains { name in
      parts(of: name) != nil && bounds.contains { known.contains(name + $0) }
    }
  }

  private static func parts(of name: String) -> (run: String, figure: String)? {
    let words = name.split(separator: " - ", omittingEmptySubsequences: false)
    guard words.count > 1, let figure = words.last, !figure.isEmpty else { return nil }
    let run = words.dropLast().joined(separator: " - ")
    return run.isEmpty ? nil : (run, String(figure))
  }
}
