/// What is wrong with an optimizer's configuration.
public enum OptimizerError: Error, Equatable, CustomStringConvertible {
  /// A group's pattern matches no parameter.
  case noParameter(pattern: String, paths: [String])
  /// A number is outside its range.
  case outOfRange(name: String, value: Double, range: String)
  /// Settings that exclude each other.
  case combination(String)

  /// One line that says what to change.
  public var description: String {
    switch self {
    case .noParameter(let pattern, let paths):
      "optimizer: pattern '\(pattern)' matches no parameter; the paths are "
        + paths.joined(separator: ", ")
    case .outOfRange(let name, let value, let range):
      "optimizer: \(name) is \(value), it must be \(range)"
    case .combination(let text): "optimizer: \(text)"
    }
  }
}
