/// What a file says that an optimizer has kept.
package struct OptimizerState: Sendable {
  /// Parameters with the same settings, in the optimizer's own order.
  package struct Group: Sendable {
    /// What the state calls its parameters: numbers, as a rule.
    var keys: [String]
    /// Their names in the model; nil where the file does not say them.
    var names: [String]?
    package var learningRate: Double?
    package var weightDecay: Double?
    /// Whether weights decay beside the gradient, as with AdamW; nil: not recorded.
    var isDecoupled: Bool?
    /// Of Adam's first moment.
    var beta1: Double?
    /// SGD's momentum.
    var momentum: Double?
    /// What Adagrad's sum of squares began with.
    var initialSum: Double?
  }

  /// What is kept for one parameter.
  struct Entry: Sendable {
    /// nil where it is a tensor, or not kept.
    var step: Double?
    /// Tensors and other things by name, with their paths in the listing.
    var parts: [(name: String, path: String)]
  }

  /// The keys that lead to it.
  package let path: String
  package let groups: [Group]
  let entries: [String: Entry]
  /// Whether what is neither in a group nor late is known to be no parameter of the model.
  let namesAll: Bool
  /// Parameters that are known to have been made after it.
  let late: Set<String>

  package var parameterCount: Int { groups.reduce(0) { $0 + $1.keys.count } }

  /// Moments that are 0 where every gradient was: those of squares first, which nothing cancels.
  /// Adamax's exp_inf is none: torch adds eps to each gradient there.
  static let moments = [
    "exp_avg_sq", "second", "square_avg", "sum", "exp_avg", "first", "momentum_buffer",
  ]
  /// Means of the gradients themselves.
  static let directions = ["exp_avg", "first", "momentum_buffer"]
  /// What has the shape of its parameter.
  static let shaped: Set<String> = Set(moments).union([
    "exp_inf", "max_exp_avg_sq", "acc_delta", "grad_avg", "prev", "step_size", "ax",
  ])

  /// Whether an optimizer of this kind keeps something for a parameter as soon as it has had a
  /// gradient, and not before; nil where the file does not show it.
  var keepsFromFirstGradient: Bool? {
    // LBFGS keeps all of its state with the first parameter.
    if entries.values.contains(where: { $0.parts.contains { $0.name == "func_evals" } }) {
      return nil
    }
    if !entries.isEmpty { return true }
    if groups.contains(where: { $0.beta1 != nil || ($0.momentum ?? 0) != 0 }) { return true }
    return nil
  }
}
