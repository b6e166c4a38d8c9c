/// The first tensor of a step that holds a number that is not finite, and what made it.
public struct Culprit: Equatable, Sendable {
  /// What kind of tensor it is.
  public enum Kind: String, Sendable {
    /// A value that an operation computed.
    case value
    /// A cotangent that the derivative of an operation computed.
    case gradient
    /// A parameter as it stands.
    case parameter
    /// Data that was given.
    case constant
    /// A number that the optimizer keeps for a parameter.
    case optimizerState = "optimizer_state"
    /// A number of a state tensor, as it stands or as the step would have left it.
    case state
  }

  /// What kind of tensor it is.
  public let kind: Kind
  /// The operation that made it; nil where nothing on the tape did.
  public let operation: String?
  /// The path of the parameter or of the module in which the operation ran.
  public let path: String
  /// The row-major index of the first bad entry.
  public let index: Int

  package init(kind: Kind, operation: String?, path: String, index: Int) {
    self.kind = kind
    self.operation = operation
    self.path = path
    self.index = index
  }
}

extension Culprit: CustomStringConvertible {
  /// One line: which tensor, which entry, made by what.
  public var description: String {
    let module = path.isEmpty ? "outside any module" : "in \(path)"
    return switch kind {
    case .value: "entry \(index) of the value of \(operation ?? "an operation") \(module)"
    case .gradient: "entry \(index) of a gradient made by \(operation ?? "an operation") \(module)"
    case .parameter: "entry \(index) of parameter \(path)"
    case .constant: "entry \(index) of data given \(module)"
    case .state where operation != nil: "entry \(index) of what was proposed for state \(path)"
    case .state: "entry \(index) of state \(path)"
    case .optimizerState: "entry \(index) of the optimizer's state of \(path)"
    }
  }
}
