import ThalwegRecord

/// What somebody says of a run, from a file of our own form:
///
///     stated:
///       - {key: model.batch_size, value: 6, source: "report, section 3"}
///       - {key: gradient_norm, value: 28.9, epoch: 3, source: "report, title"}
///
/// An entry with an epoch or a step is a figure, any other a setting; a section as a value holds
/// one setting for each of its keys, which keep their points: `{encoder.layers: 37}`.
struct StatedValues {
  private static let remarkLimit = 20
  private static let keys = ["key", "value", "source", "epoch", "step"]

  private struct Entry {
    var path: [String]
    var value: ConfigurationNode
    var source: String
    var progress: Progress
    var line: Int
  }

  private let file: String
  private var entries: [Entry] = []

  /// - Parameter node: the value of the key `stated`.
  /// - Returns: nil where it is something else than a list of such entries.
  init?(_ node: ConfigurationNode, file: String) throws(RunFileError) {
    guard case .list(let nodes) = node.content, !nodes.isEmpty,
      nodes.allSatisfy({ $0["key"] != nil && $0["value"] != nil })
    else { return nil }
    self.file = file
    for node in nodes { entries.append(try entry(node)) }
  }

  private func entry(_ node: ConfigurationNode) throws(RunFileError) -> Entry {
    guard case .mapping(let members) = node.content, let value = node["value"] else {
      throw malformed(node.line, "an entry of 'stated' has a key and a value")
    }
    for member in members where !StatedValues.keys.contains(member.key) {
      throw malformed(
        member.line,
        "an entry of 'stated' has \(StatedValues.keys.joined(separator: ", ")); not '\(member.key)'"
      )
    }
    guard let key = text(node["key"]), !key.isEmpty else {
      throw malformed(node.line, "the key of an entry of 'stated' is a text")
    }
    guard let source = text(node["source"]) else {
      throw malformed(node.line, "'\(key)' needs a source: who says it, and where")
    }
    var progress = Progress()
    if let member = node["epoch"] { progress.epoch = try number(member) }
    if let member = node["step"] {
      guard let step = Int(exactly: try number(member)) else {
        throw malformed(member.line, "a step is a whole number")
      }
      progress.step = step
    }
    let path = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    return Entry(
      path: path, value: value.value, source: source, progress: progress, line: value.line)
  }

  /// Gives settings first, then figures in the order of training.
  func give(to collector: RunCollector) throws(RunFileError) {
    var figures: [(entry: Entry, value: Double)] = []
    for entry in entries {
      let isFigure = entry.progress != Progress()
      if isFigure {
        guard case .scalar(.number(let value), _) = entry.value.content else {
          throw malformed(entry.line, "what holds for an epoch or a step is a number")
        }
        figures.append((entry, value))
        continue
      }
      var walk = SettingWalk(path: file) { path, value, text, line in
        collector.part(isUnderstood: true)
        collector.setting(path, value, text: text, origin: .stated(entry.source), at: line)
      }
      try walk.walk(entry.value, under: entry.path, line: entry.line)
    }
    var remarks = 0
    // A figure that went back in time would begin another run.
    let order = figures.enumerated().sorted { one, other in
      if other.element.entry.progress.isAfter(one.element.entry.progress) { return true }
      if one.element.entry.progress.isAfter(other.element.entry.progress) { return false }
      return one.offset < other.offset
    }
    for (entry, value) in order.map(\.element) {
      let name = entry.path.joined(separator: ".")
      collector.progress = entry.progress
      collector.part(isUnderstood: true)
      collector.figure(name, value, at: entry.line)
      if remarks < StatedValues.remarkLimit {
        collector.source.remarks.append(
          "\(name) is stated, not logged: \(entry.source)".onOneLine)
      }
      remarks += 1
    }
    if remarks > StatedValues.remarkLimit {
      let more = remarks - StatedValues.remarkLimit
      collector.source.remarks.append("\(more) further figures are stated, not logged")
    }
    collector.progress = Progress()
  }

  private func text(_ member: ConfigurationNode.Member?) -> String? {
    guard case .scalar(let value, let spelled)? = member?.value.content else { return nil }
    if case .text(let text) = value { return text }
    return value == .null ? nil : spelled
  }

  private func number(_ member: ConfigurationNode.Member) throws(RunFileError) -> Double {
    guard case .scalar(.number(let number), _) = member.value.content, number.isFinite else {
      throw malformed(member.line, "'\(member.key)' is a number")
    }
    return number
  }

  private func malformed(_ line: Int, _ problem: String) -> RunFileError {
    .malformed(path: file, place: "line \(line)", problem: problem)
  }
}
