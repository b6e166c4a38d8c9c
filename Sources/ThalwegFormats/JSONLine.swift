private import ThalwegTensor

/// One JSON object on one line, written straight into a buffer that is used again for the next.
package struct JSONLine {
  /// The line without a line end; whole once `end` has closed what `begin` opened.
  package private(set) var bytes: [UInt8] = []
  private var closers: [UInt8] = []
  private var needsComma = false

  package init() {}

  /// Starts the line's object; what was written before is forgotten.
  package mutating func begin() {
    bytes.removeAll(keepingCapacity: true)
    closers.removeAll(keepingCapacity: true)
    needsComma = false
    open("{", "}")
  }

  /// Closes the innermost object or array.
  package mutating func end() {
    guard let closer = closers.popLast() else { mistake("json line: nothing is left to end") }
    bytes.append(closer)
    needsComma = true
  }

  /// A number; null where it was not recorded.
  package mutating func field(_ name: String, _ value: Double?) {
    start(name)
    append(value)
  }

  package mutating func field(_ name: String, _ value: Int) {
    start(name)
    JSONText.append(value, to: &bytes)
  }

  package mutating func field(_ name: String, _ value: Bool) {
    start(name)
    JSONText.append(value, to: &bytes)
  }

  package mutating func field(_ name: String, _ value: String) {
    start(name)
    JSONText.append(value, to: &bytes)
  }

  /// Opens an object as a member; `end` closes it.
  package mutating func beginObject(_ name: String) {
    start(name)
    open("{", "}")
  }

  /// Opens an array as a member; `end` closes it.
  package mutating func beginArray(_ name: String) {
    start(name)
    open("[", "]")
  }

  /// Opens an object as an element of an array; `end` closes it.
  package mutating func beginObject() {
    startElement()
    open("{", "}")
  }

  /// Opens an array as an element of an array; `end` closes it.
  package mutating func beginArray() {
    startElement()
    open("[", "]")
  }

  /// A number of an array; null where it was not recorded.
  package mutating func element(_ value: Double?) {
    startElement()
    append(value)
  }

  package mutating func element(_ value: Int) {
    startElement()
    JSONText.append(value, to: &bytes)
  }

  package mutating func element(_ value: String) {
    startElement()
    JSONText.append(value, to: &bytes)
  }

  private mutating func append(_ value: Double?) {
    if let value {
      JSONText.append(value, to: &bytes)
    } else {
      bytes.append(contentsOf: "null".utf8)
    }
  }

  private mutating func open(_ opener: Character, _ closer: Character) {
    bytes.append(contentsOf: opener.utf8)
    closers.append(contentsOf: closer.utf8)
    needsComma = false
  }

  private mutating func start(_ name: String) {
    if closers.last != UInt8(ascii: "}") { mistake("json line: '\(name)' is in no object") }
    separate()
    JSONText.append(name, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
  }

  private mutating func startElement() {
    if closers.last != UInt8(ascii: "]") { mistake("json line: an element is in no array") }
    separate()
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }
}
