/// A JSON value; the members of an object keep their order.
///
/// Numbers that JSON lacks are written as the strings "NaN", "Infinity" and "-Infinity", which
/// `double` takes back; null means that nothing was recorded.
package indirect enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([Member])

  package struct Member: Sendable, Equatable {
    package var name: String
    package var value: JSON

    package init(_ name: String, _ value: JSON) {
      self.name = name
      self.value = value
    }
  }
}

extension JSON {
  /// The value of a member; nil where there is no such member or no object.
  package subscript(_ name: String) -> JSON? {
    members?.first { $0.name == name }?.value
  }

  package var isNull: Bool { self == .null }

  package var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  package var int: Int? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// A number of either kind, or one of the three strings for numbers that JSON lacks.
  package var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .string("NaN"): .nan
    case .string("Infinity"): .infinity
    case .string("-Infinity"): -.infinity
    default: nil
    }
  }

  package var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  package var array: [JSON]? {
    if case .array(let values) = self { values } else { nil }
  }

  package var members: [Member]? {
    if case .object(let members) = self { members } else { nil }
  }
}
