/// What the last backward pass brought to one parameter: different answers, never a silent zero.
public enum Reach: Equatable, Sendable {
  /// No gradient can come: the path ends on the way.
  case noPath(PathEnd)
  /// A path exists, and what came over it is exactly 0 in every entry.
  case zero
  /// A gradient came; its Euclidean norm.
  case live(norm: Double)
  /// A gradient came, and some of its entries are no finite numbers.
  case nonFinite(count: Int)
  /// The parameter is excluded from training.
  case frozen
}

/// Where the path from a parameter to a loss term ends.
public struct PathEnd: Equatable, Sendable {
  /// The way in which it ends.
  public enum Kind: String, Sendable {
    /// The forward pass does not read the parameter.
    case unused
    /// An operation that passes no gradient on stands in the way.
    case cut
    /// What is computed from the parameter goes to other terms only.
    case elsewhere
    /// What is computed from the parameter is used by nothing.
    case dropped
  }

  /// The way in which the path ends.
  public let kind: Kind
  /// The last operation that still depends on the parameter; nil when it is unused.
  public let operation: String?
  /// The path of the module in which that operation ran; nil when the parameter is unused.
  public let module: String?
  /// The terms that the parameter does reach, in the order of the step.
  public let terms: [String]
}

extension Reach: CustomStringConvertible {
  /// The answer in words, with its figure or its place.
  public var description: String {
    switch self {
    case .noPath(let end): "no path: \(end)"
    case .zero: "zero"
    case .live(let norm): "live, norm \(Float(norm))"
    case .nonFinite(let count): "live, \(count) entries not finite"
    case .frozen: "frozen"
    }
  }
}

extension PathEnd: CustomStringConvertible {
  /// Where the path ends, in words.
  public var description: String {
    let home = module.map { $0.isEmpty ? "the root" : $0 } ?? ""
    let place = "\(operation ?? "") in \(home)"
    return switch kind {
    case .unused: "the forward pass does not read it"
    case .cut: "cut at \(place)"
    case .elsewhere: "ends at \(place), whose result goes to \(terms.joined(separator: ", ")) only"
    case .dropped: "ends at \(place), whose result is used by nothing"
    }
  }
}
