import ThalwegAutodiff
import ThalwegTensor

/// One use of one operation; its inputs and figures stand under the same name in
/// Fixtures/operations.json.
struct OperationCase: Sendable {
  let kind: OperationKind
  let name: String
  /// Inputs that are data, not parameters.
  var constants: Set<Int> = []
  /// Inputs that no gradient reaches, though they are parameters.
  var cut: Set<Int> = []
  /// Inputs whose gradient is an estimate, which central differences do not see.
  var estimated: Set<Int> = []
  /// Numbers at which the operation has no derivative.
  var kink: Double?
  let body: @Sendable ([Value]) -> Value?

  init(
    _ kind: OperationKind, _ variant: String, constants: Set<Int> = [], cut: Set<Int> = [],
    estimated: Set<Int> = [], kink: Double? = nil, _ body: @escaping @Sendable ([Value]) -> Value?
  ) {
    self.kind = kind
    name = "\(kind).\(variant)"
    self.constants = constants
    self.cut = cut
    self.estimated = estimated
    self.kink = kink
    self.body = body
  }
}
