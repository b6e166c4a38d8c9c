import ThalwegRecord

/// How names of a log are put together from what stands there.
enum ConsoleName {
  /// The text of the range on one line, each gap one blank.
  static func text(_ line: LineBytes, _ range: Range<Int>) -> String {
    var bytes: [UInt8] = []
    for index in range {
      let byte = line[index]
      if byte > 32 {
        bytes.append(byte)
      } else if bytes.last != 32 {
        bytes.append(32)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The name with what it is bound to.
  static func joined(
    _ name: String, _ group: String, _ link: ConsoleItem.Link
  ) -> (name: String, tensor: String?, path: [String]) {
    let key = settingKey(name)
    switch link {
    case .none: return (name, nil, [key])
    case .entry:
      return isTensor(name)
        ? (group, name, [name, group]) : ("\(group) \(name)", nil, [group, name])
    case .tag:
      let meaning = FigureNames.meaning(of: group)
      let isUsed = meaning.role != nil || meaning.split != nil
      return isUsed ? ("\(group) \(name)", nil, [group, key]) : (name, nil, [key])
    case .inherited:
      let role = FigureNames.meaning(of: name).role
      let isUsed = role == .loss || role == .metric
      return isUsed ? ("\(group) \(name)", nil, [group, key]) : (name, nil, [key])
    case .group, .parentheses:
      let last = group.split(separator: " ").last.map(String.init) ?? group
      if isTensor(last) { return (name, last, [last, name]) }
      let isOther = link == .parentheses && (FigureNames.meaning(of: name).role != nil)
      if generic.contains(group.lowercased()) || isFunction(group)
        || group.split(separator: " ").count > 5 || isOther || group.contains("/")
      {
        return (name, nil, [key])
      }
      return ("\(group) \(name)", nil, [group, key])
    }
  }

  /// Words before a colon that say nothing of what follows.
  private static let generic: Set<String> = [
    "metrics", "results", "result", "stats", "statistics", "losses", "info", "note", "config",
    "configuration", "parameters", "hyperparameters", "status", "progress", "summary", "epoch",
    "step", "log", "output", "args", "settings",
  ]

  /// `train_opt_callback`: the part of the program that prints.
  private static func isFunction(_ group: String) -> Bool {
    group.utf8.allSatisfy(\.isWord)
      && (group.hasSuffix("_callback") || group.hasSuffix("_hook") || group.hasSuffix("_logger"))
  }

  private static let linking: Set<String> = [
    "using", "with", "and", "the", "a", "at", "of", "for", "to", "is", "by", "set", "setting",
  ]

  /// The name without the words of a sentence that lead to it.
  private static func settingKey(_ name: String) -> String {
    var words = name.split(separator: " ")
    // `Starting run 2 with lr`
    if words.first?.hasSuffix("ing") == true, words.contains("with"),
      let link = words.lastIndex(where: { $0 == "with" || $0 == "and" }), link + 1 < words.count
    {
      words.removeFirst(link + 1)
    }
    let rest = words.drop { linking.contains($0.lowercased()) }
    return rest.isEmpty ? name : rest.joined(separator: " ")
  }

  /// Whether a text is a path of a parameter, as `encoder.layers.0.weight`.
  static func isTensor(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, let last = parts.last, !files.contains(last.lowercased()),
      let first = text.utf8.first, first.isLetter || first == UInt8(ascii: "_")
    else { return false }
    return parts.allSatisfy { part in
      !part.isEmpty
        && part.utf8.allSatisfy { $0.isWord || $0 == UInt8(ascii: "-") || $0 == 0x5B || $0 == 0x5D }
    } && parts.dropFirst().contains { $0.utf8.contains { $0.isLetter } }
  }

  private static let files: Set<String> = [
    "py", "pt", "pth", "bin", "ckpt", "safetensors", "yaml", "yml", "json", "csv", "npy", "npz",
    "txt", "log", "md", "sh", "c", "cpp", "cc", "cu", "h", "rs", "go", "swift", "ipynb", "toml",
    "com", "org", "io", "net",
  ]

  /// `grad_norm/encoder.weight`, `encoder.weight grad norm`
  static func tensor(in name: String) -> (name: String, tensor: String)? {
    for mark in ["/", " "] as [Character] {
      guard let place = name.firstIndex(of: mark) else { continue }
      let (one, other) = (String(name[..<place]), String(name[name.index(after: place)...]))
      for (name, tensor) in [(one, other), (other, one)] where isTensor(tensor) {
        if ConsoleNames.isOfTensor(FigureNames.meaning(of: name).role) { return (name, tensor) }
      }
    }
    return nil
  }

  /// `x mean/std` names two figures, `x mean` and `x std`; a change has two ends.
  static func parts(of name: String, _ kind: ConsoleValue.Kind) -> [String] {
    guard kind == .pair, let stroke = name.lastIndex(of: "/") else {
      return [name + " from", name + " to"]
    }
    let (one, other) = (name[..<stroke], name[name.index(after: stroke)...])
    var root = one
    while let last = root.last, last.isLetter { root.removeLast() }
    return [String(one), String(root) + String(other)]
  }

  static func withoutParentheses(_ name: String) -> String {
    guard let open = name.firstIndex(of: "("), let close = name.lastIndex(of: ")"), open < close
    else { return name }
    return String(name[..<open] + name[name.index(after: close)...])
  }

  /// `loss (scaled for backward)`
  static func isScaled(_ name: String) -> Bool {
    guard let open = name.firstIndex(of: "(") else { return false }
    return NameWords.split(name[open...]).contains {
      ["scaled", "ratio", "best", "target", "smoothed", "ema"].contains($0)
    }
  }

  /// Whether the name can be one of a figure: it has a letter, and is no path, place or sentence.
  static func isKept(_ name: String, _ line: LineBytes, _ item: ConsoleItem) -> Bool {
    guard let first = name.utf8.first else { return false }
    if !name.utf8.contains(where: \.isLetter) {
      let isMark = first == UInt8(ascii: "@") || first == UInt8(ascii: "%")
      return isMark && !item.group.isEmpty
    }
    if first == UInt8(ascii: "/") || first == UInt8(ascii: "<") || name.contains("\\")
      || name.contains("`") || name.contains("://")
      || item.group.contains(where: { line[$0] == UInt8(ascii: "`") })
    {
      return false
    }
    if name.utf8.count > 96 || name.split(separator: " ").count > 8 { return false }
    let word = name.lowercased()
    if word.split(separator: " ").contains(where: { telling.contains($0) }) { return false }
    if addresses.contains(word) { return false }
    let end = word.split(separator: ".").last.map(String.init) ?? word
    return !(word.contains(".") && files.contains(end))
  }

  /// What must stand beside a name without a sign; nil: it is none of a figure.
  static func company(of name: String, isMapped: Bool) -> ConsoleNames.Company? {
    let words = name.split(separator: " ")
    if isMapped { return .nobody }
    if FigureNames.meaning(of: name).role != nil { return words.count > 4 ? nil : .nobody }
    guard let last = words.last, last.utf8.allSatisfy({ $0.isWord || "/@-.".utf8.contains($0) })
    else { return nil }
    if last.utf8.contains(where: { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "/") }) {
      // `train aux_loss 0.5`
      let isOfData = words.count == 2 && words.first.map { FigureNames.isSplit(String($0)) } == true
      return words.count == 1 || isOfData ? .place : nil
    }
    return words.count == 1 && !prose.contains(name.lowercased()) ? .figure : nil
  }

  /// Words before a number that are no names: `loss 0.5 after 2.5 epochs`.
  private static let prose: Set<String> = [
    "after", "at", "for", "in", "took", "of", "from", "to", "over", "with", "and", "or", "is",
    "was", "are", "than", "by", "on", "until", "since", "about", "around", "above", "below",
    "under", "vs", "only", "within", "every", "per", "the", "a", "now", "still", "version",
  ]

  /// Words of a sentence that are in no name: `got loss`, `if you see loss`.
  private static let telling: Set<Substring> = [
    "if", "when", "whenever", "unless", "you", "your", "got", "see", "saw", "should",
  ]

  /// Before a colon these are addresses or versions, no names of figures.
  private static let addresses: Set<String> = [
    "cuda", "cpu", "npu", "xpu", "hpu", "http", "https", "localhost", "tcp", "file", "line",
    "version", "commit", "sha", "hash", "date", "pid", "ip", "host",
  ]
}
