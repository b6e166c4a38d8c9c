package import CKernels
public import ThalwegTensor

/// The record of one step: what was computed, from what, and by which module.
///
/// Arrays of plain records that are cleared each step and keep their capacity. Not Sendable: a tape
/// stays on the thread that made it.
public final class Tape {
  package struct Term {
    package var name: String
    package var weight: Double
    package var node: Int32
  }

  /// What the tape computes on.
  public let machine: Machine
  /// The model's numbers.
  public let parameters: Parameters
  /// The precision, that of the parameters.
  public let scalarType: ScalarType
  /// Whether derivatives can be asked for; off when evaluating.
  public let isRecording: Bool

  package let kernels: UnsafePointer<tw_kernels>
  package let operations: UnsafeMutablePointer<Operation>
  private let operationCount: Int
  package private(set) var nodes: UnsafeMutablePointer<Node>
  package private(set) var count = 0
  private var capacity = 256
  package private(set) var operands: UnsafeMutablePointer<Int32>
  private var operandTotal = 0
  private var operandCapacity = 512
  package private(set) var leaves: UnsafeMutablePointer<Int32>
  private var leafCapacity = 0
  package private(set) var leafCount = 0
  package private(set) var terms: [Term] = []
  package var arena = Arena()
  package var scope: Int32 = 0
  package private(set) var generation: UInt32 = 0

  /// A tape for a model.
  /// - Parameters:
  ///   - machine: what to compute on.
  ///   - parameters: the model's numbers; they set the precision.
  ///   - isRecording: false evaluates without derivatives.
  public convenience init(_ machine: Machine, _ parameters: Parameters, isRecording: Bool = true) {
    self.init(machine, parameters, isRecording: isRecording, operations: OperationKind.table)
  }

  package init(
    _ machine: Machine, _ parameters: Parameters, isRecording: Bool, operations table: [Operation]
  ) {
    self.machine = machine
    self.parameters = parameters
    self.isRecording = isRecording
    scalarType = parameters.scalarType
    kernels = machine.kernels(parameters.scalarType)
    operationCount = table.count
    operations = .allocate(capacity: table.count)
    operations.initialize(from: table, count: table.count)
    nodes = .allocate(capacity: capacity)
    operands = .allocate(capacity: operandCapacity)
    leaves = .allocate(capacity: 1)
    clear()
  }

  deinit {
    operations.deinitialize(count: operationCount)
    operations.deallocate()
    nodes.deallocate()
    operands.deallocate()
    leaves.deallocate()
  }

  /// Forgets the step; all its values become stale.
  public func clear() {
    count = 0
    operandTotal = 0
    terms.removeAll(keepingCapacity: true)
    arena.reset()
    scope = 0
    generation &+= 1
    let parameterCount = parameters.segments.count
    if parameterCount > leafCapacity {
      leaves.deallocate()
      leafCapacity = max(parameterCount, leafCapacity * 2)
      leaves = .allocate(capacity: leafCapacity)
    }
    leafCount = parameterCount
    leaves.update(repeating: -1, count: parameterCount)
  }

  /// The number of nodes of this step.
  public var nodeCount: Int { count }

  package func add(_ term: Term) { terms.append(term) }

  package func grow() {
    let larger = UnsafeMutablePointer<Node>.allocate(capacity: capacity * 2)
    larger.moveInitialize(from: nodes, count: count)
    nodes.deallocate()
    nodes = larger
    capacity *= 2
  }

  @inline(__always)
  package func appendOperand(_ id: Int32) {
    if operandTotal == operandCapacity {
      let larger = UnsafeMutablePointer<Int32>.allocate(capacity: operandCapacity * 2)
      larger.moveInitialize(from: operands, count: operandTotal)
      operands.deallocate()
      operands = larger
      operandCapacity *= 2
    }
    (operands + operandTotal).initialize(to: id)
    operandTotal += 1
  }

  /// Adds a node; its value is memory of the arena unless one is given.
  @inline(__always)
  package func append(
    _ operation: OperationKind, _ shape: Shape, _ first: Value? = nil, _ second: Value? = nil,
    _ third: Value? = nil, attributes: SIMD2<Double> = .zero,
    value: UnsafeMutableRawPointer? = nil
  ) -> Value {
    let start = operandTotal
    var needsGradient = false
    if let first {
      needsGradient = nodes[Int(first.id)].needsGradient
      appendOperand(first.id)
    }
    if let second {
      needsGradient = nodes[Int(second.id)].needsGradient || needsGradient
      appendOperand(second.id)
    }
    if let third {
      needsGradient = nodes[Int(third.id)].needsGradient || needsGradient
      appendOperand(third.id)
    }
    return append(
      Node(
        operation: operation, needsGradient: needsGradient, scope: scope, shape: shape,
        value: value ?? arena.take(shape.count * scalarType.width), gradient: nil, saved: nil,
        firstOperand: Int32(start), operandCount: Int32(operandTotal - start),
        attributes: attributes))
  }

  @inline(__always)
  package func append(_ node: Node) -> Value {
    if count == capacity { grow() }
    (nodes + count).initialize(to: node)
    defer { count += 1 }
    return Value(tape: self, id: Int32(count), generation: generation)
  }

  /// Where `append` will put the next operands.
  package var nextOperand: Int32 { Int32(operandTotal) }
}
