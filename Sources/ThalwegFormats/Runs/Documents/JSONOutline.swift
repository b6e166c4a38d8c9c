import ThalwegRecord

/// What a JSON document holds, judged by its beginning.
struct JSONOutline {
  /// nil: what is there does not tell.
  private(set) var form: JSONForm?
  /// Whether the whole document was seen.
  private(set) var isWhole = false
  /// What breaks the grammar of JSON, other than that the text ends.
  private(set) var problem: JSONError?
  private var hasProgress = false
  private var hasFigure = false
  private var hasKind = false
  private var hasLists = false

  /// - Parameter bytes: the beginning of the document, or all of it.
  init(_ bytes: UnsafeBufferPointer<UInt8>, source: String) {
    var scanner = JSONScanner(bytes, source: source, takesNonFinite: true)
    do throws(JSONError) {
      if try scanner.peek() == UInt8(ascii: "[") {
        if try JSONOutline.hasRecords(&scanner) { form = .records(member: nil) }
      } else {
        try object(&scanner)
      }
      scanner.skipSpace()
      isWhole = true
      if form == nil { form = rest }
    } catch {
      if case .unexpectedEnd = error { return }
      problem = error
    }
  }

  /// Whether an object tells of one moment of training.
  var isRecord: Bool { hasProgress && (hasFigure || hasKind) }

  /// What an object is that holds no list of records.
  private var rest: JSONForm {
    if hasLists { return .lists }
    return isRecord ? .record : .settings
  }

  /// What the document is taken for where no more of it can be had.
  var likely: JSONForm { form ?? rest }

  private mutating func object(_ scanner: inout JSONScanner) throws(JSONError) {
    if try scanner.peek() != UInt8(ascii: "{") { throw scanner.unexpected("'{'") }
    try scanner.open()
    if try scanner.closes("}") { return }
    while true {
      let name = try scanner.text(scanner.name())
      try member(name, &scanner)
      if try scanner.closes("}") { return }
      try scanner.takeComma(before: "}")
    }
  }

  private mutating func member(
    _ name: String, _ scanner: inout JSONScanner
  ) throws(JSONError) {
    switch try scanner.peek() {
    case UInt8(ascii: "["):
      if name == TrainerStateReader.history { form = .trainerState }
      try list(name, &scanner)
    case UInt8(ascii: "{"):
      try scanner.open()
      while try !scanner.closes("}") {
        if try scanner.peek() == UInt8(ascii: ",") { try scanner.takeComma(before: "}") }
        let inner = try scanner.text(scanner.name())
        if try scanner.peek() == UInt8(ascii: "[") {
          try list(inner, &scanner, isInner: true)
        } else {
          try scanner.skipValue()
        }
      }
    case UInt8(ascii: "\""):
      let text = try scanner.text(scanner.quoted())
      // The head line of the recorder for PyTorch stands alone at first.
      if name == "kind" {
        hasKind = true
        if text == RecorderLines.kind { form = .lines }
      }
    case UInt8(ascii: "t"), UInt8(ascii: "f"): try scanner.skipValue()
    default:
      try scanner.skipValue()
      // `epochs: 10` is a setting.
      if let progress = ProgressName(name), progress.measure != .batch, !name.hasSuffix("s") {
        hasProgress = true
      } else if JSONOutline.isFigure(name) {
        hasFigure = true
      }
    }
  }

  private mutating func list(
    _ name: String, _ scanner: inout JSONScanner, isInner: Bool = false
  ) throws(JSONError) {
    var ahead = scanner
    try ahead.open()
    switch try ahead.peek() {
    case UInt8(ascii: "{"):
      if try JSONOutline.hasRecords(&scanner) && form == nil && !isInner {
        form = .records(member: name)
      }
      return
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "N"),
      UInt8(ascii: "I"), UInt8(ascii: "n"):
      if JSONOutline.isFigure(name) { hasLists = true }
    default: break
    }
    try scanner.skipValue()
  }

  /// Whether the first entry of the list is a record; steps over the list.
  private static func hasRecords(_ scanner: inout JSONScanner) throws(JSONError) -> Bool {
    var ahead = scanner
    try ahead.open()
    var (hasProgress, hasFigure) = (false, false)
    if try ahead.peek() == UInt8(ascii: "{") {
      try ahead.open()
      while try !ahead.closes("}") {
        if try ahead.peek() == UInt8(ascii: ",") { try ahead.takeComma(before: "}") }
        let name = try ahead.text(ahead.name())
        if ProgressName(name) != nil { hasProgress = true }
        if isFigure(name) { hasFigure = true }
        try ahead.skipValue()
      }
    }
    do throws(JSONError) {
      try scanner.skipValue()
    } catch .unexpectedEnd {
      // The rest of the list tells no more.
      return hasProgress || hasFigure
    }
    return hasProgress || hasFigure
  }

  /// Whether the name is one of a loss, a norm, a figure of quality, not of a setting.
  private static func isFigure(_ name: String) -> Bool {
    switch FigureNames.meaning(of: name).role {
    case .loss?, .metric?, .gradientNorm?, .normBeforeClip?, .normAfterClip?: true
    default: false
    }
  }
}
