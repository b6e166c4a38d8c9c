public import ThalwegRecord

/// Why an example could not be run to its end.
public enum ExampleError: Error, CustomStringConvertible {
  /// An option that no example has.
  case unknown(String)
  /// An option without its value.
  case noValue(String)
  /// A number of steps that is none.
  case steps(String)
  /// A step that was not taken, and what it was refused for.
  case step(Int, StepOutcome, String?)

  /// One line that says what to change.
  public var description: String {
    switch self {
    case .unknown(let option): "unknown argument '\(option)'; known: --steps N, --twin FOLDER"
    case .noValue(let option): "\(option): a value must follow"
    case .steps(let text): "--steps: '\(text)' is not a positive whole number"
    case .step(let step, let outcome, let culprit):
      "step \(step) was not taken: \(outcome), \(culprit ?? "nothing was not finite")"
    }
  }
}
