private import ThalwegFormats

/// The texts of `thalweg help`, made from the tables of verbs and options.
enum Help {
  static func overview() -> [String] {
    [
      "thalweg \(Command.version): trains neural networks, and shows where gradient flows and where not.",
      "",
    ]
      + Verb.allCases.map { "  " + Text.left($0.rawValue, 9) + $0.summary }
      + [
        "", "'thalweg help VERB' explains one. 'thalweg --version' prints the version.",
        "Exit: 0 done, 1 failed, 2 bad usage, configuration or data, 3 diverged, 4 something found,",
        "130 interrupted and saved.",
      ]
  }

  static func lines(for verb: Verb) -> [String] {
    var lines = [verb.call, "  " + verb.summary]
    if !verb.arguments.isEmpty {
      lines.append("  knows: " + verb.arguments.joined(separator: ", "))
    }
    let names = verb.options.map { $0.word + ($0.value.map { " " + $0 } ?? "") }
    let width = (names.map(\.count).max() ?? 0) + 2
    for (name, option) in zip(names, verb.options) {
      lines.append("  " + Text.left(name, width) + option.summary)
    }
    return lines
  }
}
