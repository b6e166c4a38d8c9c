public import ThalwegTensor

/// A model's gradients against the numbers themselves, in Double, and every derivative on its way.
///
/// Three examinations of one step, which share no code with the derivatives that they examine:
/// - of every parameter tensor, entries of the gradient against central differences of the loss;
/// - of every loss term, the Taylor remainder |L(p + h v) - L(p) - h g.v| along a random direction,
///   which is of order h^2 where g is the gradient;
/// - of every operation on the tape, with the numbers that it has in this model, its derivative with
///   respect to each operand against differences of that operation alone.
///
/// Tolerances: per tensor ||a - n|| <= 1e-6 max(||a||, ||n||), per entry |a - n| <= 1e-6 max(|a|, |n|)
/// + 10 u |L| / eps, the last for the rounding of the difference itself. Entries at a kink are left
/// out and counted: there the one-sided differences do not come together as the step shrinks, or the
/// tape's choice is no slope there, and a little off the gradient is right.
///
/// The function that is differenced is the one whose gradient the tape claims: what lies behind a
/// `stopGradient` or a discrete choice stays as it is, so that a path that was cut is no error.
/// The same seed gives the same results.
/// - Complexity: two forward passes for each entry that the first step settles, else 24, and as many
///   again at each of two places nearby where it may be a kink; about a hundred for each term; and
///   about thirty computations of each operation for each operand, more for each entry at a kink.
public struct GradientCheck: Sendable {
  /// What was found of one parameter tensor.
  public struct Tensor: Sendable {
    /// The parameter's path.
    public let path: String
    /// The number of its entries.
    public let elements: Int
    /// Entries that were compared with differences.
    public let checked: Int
    /// Entries that were left out because they lie at a kink.
    public let kinks: Int
    /// Entries of which differences tell nothing: rounding hides the slope, the function is steeper
    /// than the shortest step, or the entry lies on the edge of the domain.
    public let unsettled: Int
    /// Why nothing was compared; nil where something was.
    public let unchecked: String?
    /// ||a - n|| / max(||a||, ||n||) over the entries that were compared.
    public let error: Double
    /// The largest error of an entry as a share of what is allowed.
    public let worstShare: Double
    /// The Euclidean norm of the whole gradient; nil where none came.
    public let gradientNorm: Double?
    /// Entries whose gradient is not what differences give, at most eight.
    public let wrong: [WrongEntry]
    /// Whether any entry, or the tensor as a whole, is out of tolerance.
    public let isWrong: Bool
  }

  /// An entry of a gradient that is not what differences give.
  public struct WrongEntry: Sendable {
    /// The row-major index.
    public let index: Int
    /// The gradient of the tape.
    public let gradient: Double
    /// The central difference.
    public let difference: Double
  }

  /// What was found of one loss term.
  public struct Term: Sendable {
    /// The term's name.
    public let name: String
    /// The Taylor remainder.
    public let remainder: Remainder
  }

  /// What the Taylor remainder of a term is.
  public enum Remainder: Sendable, Equatable {
    /// Its order in h; 2 for a right gradient, 1 for a wrong one.
    case ofOrder(Double)
    /// It does not stand out of rounding: the term is linear, or nearly.
    case belowRounding
    /// Kinks lie on every direction that was tried, or where the numbers stand: no order can be told.
    case kinks
    /// No gradient comes from the term.
    case noPath
  }

  /// What was found of the derivative of one operation on the tape with respect to one operand.
  public struct Derivative: Sendable {
    /// The node on the tape.
    let node: Int
    /// The operation.
    public let operation: String
    /// The path of the module in which it ran.
    public let path: String
    /// Which operand, from 0.
    public let operand: Int
    /// Whether the derivative is right.
    public let verdict: Verdict
    /// Entries of the operand that lie at a kink, left out.
    public let kinks: Int
    /// The largest error of a draw as a share of what is allowed.
    public let worstShare: Double
  }

  /// Whether a derivative is right.
  public enum Verdict: Sendable, Equatable {
    /// It is what differences give.
    case right
    /// It is that factor times what differences give; nil where no factor fits.
    case wrong(factor: Double?)
    /// It overwrites what other uses of the operand have brought.
    case notAdded
    /// The operation gives another value when it is computed again.
    case notRepeatable
    /// Nothing was compared, and why.
    case unchecked(String)
  }

  /// How unevenly the loss responds to the parameters.
  public struct Conditioning: Sendable {
    /// The paths of the tensors with the largest and the smallest gradient that is not 0, and the
    /// norms; nil where no tensor has one.
    public let largest: (path: String, norm: Double)?
    /// See `largest`.
    public let smallest: (path: String, norm: Double)?
    /// The second derivative of the loss along the gradient; nil where it could not be measured.
    public let curvatureAlongGradient: Double?
    /// The second derivative along a random direction; nil where it could not be measured.
    public let curvatureAtRandom: Double?
  }

  /// The parameter tensors, in order of registration.
  public let tensors: [Tensor]
  /// The loss terms, in the order of the step.
  public let terms: [Term]
  /// The derivatives, operation by operation in the order of computation.
  public let derivatives: [Derivative]
  /// How unevenly the loss responds.
  public let conditioning: Conditioning
  /// Terms that differ from the replayed step when the model is run anew with moved parameters: they
  /// depend on parameters past the tape, by what a cut holds or by numbers read from it.
  public let hiddenTerms: [String]

  /// Checks the step that `minimize` computes.
  /// - Parameters:
  ///   - parameters: the model's numbers, in any precision; they are not changed.
  ///   - machine: what to compute on.
  ///   - entries: how many entries of a tensor are compared: all where it has no more, else a sample.
  ///   - seed: of the sample, the directions and the pass.
  ///   - step: the number of the step, which random draws of layers depend on.
  ///   - minimize: computes the model on a pass in Double and names what is minimized; it is run
  ///     twice.
  public init(
    _ parameters: Parameters, on machine: Machine, entries: Int = 64, seed: UInt64 = 0,
    step: Int = 1, _ minimize: (Pass) -> Void
  ) {
    self.init(
      parameters, on: machine, entries: entries, seed: seed, step: step,
      operations: OperationKind.table, minimize)
  }

  package init(
    _ parameters: Parameters, on machine: Machine, entries: Int = 64, seed: UInt64 = 0,
    step: Int = 1, operations: [Operation], _ minimize: (Pass) -> Void
  ) {
    let model = parameters.converted(to: .float64)
    let tape = Tape(machine, model, isRecording: true, operations: operations)
    minimize(Pass(tape, .train, seed: seed, step: step))
    let gradients = StepGradients(tape)
    let replay = Replay(tape)
    let derivatives = Self.derivatives(replay, seed: seed)
    let examination = WholeModel(replay, gradients, seed: seed, derivatives: derivatives)
    self.derivatives = derivatives
    tensors = model.segments.indices.map { examination.tensor($0, entries: entries) }
    terms = tape.terms.indices.map { examination.term($0) }
    conditioning = examination.conditioning()
    hiddenTerms = examination.hiddenTerms { other in
      let again = Tape(machine, other, isRecording: false)
      minimize(Pass(again, .train, seed: seed, step: step))
      return again.terms.map { ($0.name, again.number(of: $0)) }
    }
  }

  private static func derivatives(_ replay: Replay, seed: UInt64) -> [Derivative] {
    let tape = replay.tape
    let changed = replay.firstThatChanges()
    return (0..<replay.count).flatMap { index -> [Derivative] in
      let node = tape.nodes + index
      let limit = tape.operations[Int(node.pointee.operation.rawValue)].gradientOperands
      if !node.pointee.needsGradient { return [] }
      var seen: [Int] = []
      var found: [Derivative] = []
      for position in 0..<min(limit, Int(node.pointee.operandCount)) {
        let source = tape.operand(node, position)
        if !tape.nodes[source].needsGradient || seen.contains(source) { continue }
        seen.append(source)
        let result: (verdict: Verdict, kinks: Int, error: Double)
        if index == changed {
          result = (.notRepeatable, 0, 0)
        } else if replay.isEstimate(index) {
          result = (.unchecked("the gradient is replaced on purpose"), 0, 0)
        } else {
          var probe = OperationProbe(replay, index, operand: source, seed: seed)
          result = probe.run()
        }
        found.append(
          Derivative(
            node: index, operation: tape.name(of: index),
            path: tape.parameters.path(of: tape.nodes[index].scope),
            operand: position, verdict: result.verdict, kinks: result.kinks,
            worstShare: result.error))
      }
      return found
    }
  }
}
