import Testing
import ThalwegAutodiff
import ThalwegTensor

/// A case of an operation with what its gradients must be, by PyTorch and by central differences of
/// forward alone, which no mutant touches.
struct MutationSubject {
  private static let step = 1e-5

  let operation: OperationCase
  private let entry: Golden.Entry
  /// For each input the figures, nil where no gradient comes.
  private let figures: [[Double]?]
  /// For each input and entry the difference, nil where none can be taken.
  private let differences: [[Double?]?]
  private let size: Double
  /// How many operands of the operation's nodes a gradient goes to.
  let operands: Int
  /// For each of these the shapes that it has, and whether it is repeated along an axis.
  private let uses: [(operand: Int, shape: Shape, isRepeated: Bool)]

  init(_ operation: OperationCase, _ entry: Golden.Entry) throws {
    self.operation = operation
    self.entry = entry
    figures = try entry.lists("gradients")
    let run = try OperationRun(operation, entry, .float64)
    size = abs(try run.loss())
    let tape = run.tape
    let limit = tape.operations[Int(operation.kind.rawValue)].gradientOperands
    var uses: [(operand: Int, shape: Shape, isRepeated: Bool)] = []
    for index in 0..<tape.count where tape.nodes[index].operation == operation.kind {
      let node = tape.nodes + index
      for position in 0..<min(limit, Int(node.pointee.operandCount)) {
        let target = tape.nodes[tape.operand(node, position)]
        if !target.needsGradient { continue }
        let axis = Mutation.repeatedAxis(target.shape, in: node.pointee.shape)
        uses.append((position, target.shape, axis != nil))
      }
    }
    self.uses = uses
    operands = (uses.map(\.operand).max() ?? -1) + 1
    differences = try run.handles.enumerated().map { index, handle in
      guard let handle, !operation.cut.union(operation.estimated).contains(index) else {
        return nil
      }
      return try (0..<handle.shape.count).map { entry -> Double? in
        let x = run.parameters.value(handle, entry)
        if let kink = operation.kink, abs(x - kink) <= 2 * Self.step { return nil }
        func loss(_ value: Double) throws -> Double {
          run.parameters.setValue(handle, entry, to: value)
          return try run.loss()
        }
        let (above, below) = (x + Self.step, x - Self.step)
        let slope = (try loss(above) - loss(below)) / (above - below)
        run.parameters.setValue(handle, entry, to: x)
        return slope
      }
    }
  }

  /// Whether a mutation can say anything of an operand here: a single number has no other order.
  func isChanged(by mutation: Mutation, _ operand: Int) -> Bool {
    uses.contains { use in
      if use.operand != operand || use.shape.count == 0 { return false }
      return switch mutation {
      case .none: false
      case .twice, .slightly, .sign, .missing: true
      case .reversed: use.shape.count > 1
      case .transposed: use.shape.rank > 1 && use.shape.last > 1 && use.shape.rows > 1
      case .missingSum: use.isRepeated
      }
    }
  }

  /// The gradients with a table of operations.
  func gradients(_ table: [Operation]) throws -> [[Double]?] {
    try OperationRun(operation, entry, .float64, operations: table).gradients()
  }

  /// Whether the figures tell the gradients apart from right ones, as `OperationTests` compares them.
  func figuresCatch(_ gradients: [[Double]?]) -> Bool {
    zip(figures, gradients).contains { expected, got in
      guard let expected, let got else { return (expected == nil) != (got == nil) }
      return distance(got, expected, floor: 0.1) > 1e-13
    }
  }

  /// Whether central differences do.
  func differencesCatch(_ gradients: [[Double]?]) -> Bool {
    let rounding = 10 * ScalarType.float64.unitRoundoff * size / Self.step
    return zip(differences, gradients).contains { numeric, got in
      guard let numeric else { return false }
      guard let got else { return true }
      return zip(numeric, got).contains { slope, own in
        guard let slope else { return false }
        return !(abs(own - slope) <= 1e-6 * max(abs(own), abs(slope)) + rounding)
      }
    }
  }
}
