/// A value that someone chose, or says he chose: a key of a configuration, a line of a log's head.
package struct Setting: Sendable, Equatable {
  package enum Value: Sendable, Equatable {
    case number(Double)
    case bool(Bool)
    case text(String)
    case null
    case list([Value])
  }

  /// Who says it.
  package enum Origin: Sendable, Equatable {
    /// A configuration file.
    case configuration
    /// The log or record of the run.
    case record
    /// Somebody's statement about the run, with the place where it is made.
    case stated(String)
  }

  /// The sections that it stands in, then the key.
  package var path: [String]
  package var value: Value
  /// The value as it is spelled in the file.
  package var text: String
  package var origin: Origin
  package var place: Place

  package init(
    path: [String], value: Value, text: String, origin: Origin = .configuration, place: Place
  ) {
    self.path = path
    self.value = value
    self.text = text
    self.origin = origin
    self.place = place
  }

  package var key: String { path.last ?? "" }

  /// The path with points between its parts.
  package var name: String { path.joined(separator: ".") }

  package var number: Double? {
    if case .number(let number) = value { number } else { nil }
  }
}
