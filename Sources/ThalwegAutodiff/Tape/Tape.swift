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
  private let memory: UnsafeMutablePointer<TapeMemory>

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
    memory = .allocate(capacity: 1)
    memory.initialize(to: TapeMemory())
    clear()
  }

  deinit {
    operations.deinitialize(count: operationCount)
    operations.deallocate()
    memory.deinitialize(count: 1)
    memory.deallocate()
  }

  /// Forgets the step; all its values become stale.
  public func clear() {
    memory.pointee.clear(parameterCount: parameters.segments.count, isPart: false)
    memory.pointee.draws.clear()
    memory.pointee.proposals.clear(
      stateCount: parameters.stateSegments.count, bytes: parameters.states.bytes.count)
  }

  /// Forgets a part of the step but what it has brought: gradients of parameters, to which
  /// `backwardAdding` adds those of the next part, and proposals for state tensors.
  package func clearPart() {
    if parameters.segments.count != leafCount {
      mistake("tape: '\(parameters.paths[leafCount])' was registered between two parts of a step")
    }
    memory.pointee.clear(parameterCount: leafCount, isPart: true)
    memory.pointee.draws.clear()
  }

  /// The number of nodes of this step.
  public var nodeCount: Int { count }
}

extension Tape {
  package var nodes: UnsafeMutablePointer<Node> { memory.pointee.nodes }
  package var count: Int { memory.pointee.count }
  package var operands: UnsafeMutablePointer<Int32> { memory.pointee.operands }
  package var leaves: UnsafeMutablePointer<Int32> { memory.pointee.leaves }
  package var leafCount: Int { memory.pointee.leafCount }
  package var terms: [Term] { memory.pointee.terms }
  package var generation: UInt32 { memory.pointee.generation }

  /// The place of the module that is running.
  package var scope: Int32 {
    get { memory.pointee.scope }
    set { memory.pointee.scope = newValue }
  }

  var isCarrying: Bool { memory.pointee.isCarrying }

  /// Whether an earlier part of the step has brought parameter `index` a gradient.
  func isCarried(_ index: Int) -> Bool { memory.pointee.carried[index] }

  func forgetCarried() { memory.pointee.forgetCarried() }

  /// Whether anything was proposed for a state tensor.
  var hasProposals: Bool { memory.pointee.proposals.isAny }

  /// What was proposed for state tensor `index`, whose numbers start at byte `offset`.
  func proposal(_ index: Int, _ offset: Int) -> UnsafeRawPointer? {
    memory.pointee.proposals.numbers(index, at: offset)
  }

  /// - Returns: false where the state tensor was not there when the step began.
  func propose(
    _ index: Int, _ offset: Int, _ numbers: UnsafeRawPointer, _ byteCount: Int
  ) -> Bool {
    if index >= memory.pointee.proposals.count { return false }
    memory.pointee.proposals.propose(index, at: offset, numbers, byteCount: byteCount)
    return true
  }

  /// How many draws the module at `place` has made before this one.
  func nextDraw(of place: Int32) -> UInt32 { memory.pointee.draws.next(Int(place)) }

  package func add(_ term: Term) { memory.pointee.terms.append(term) }

  /// Keeps a custom operation for this step; its place in the list.
  func add(_ operation: some CustomOperation) -> Int {
    memory.pointee.customs.append(operation)
    return memory.pointee.customs.count - 1
  }

  /// The operation of a custom node.
  func custom(of node: UnsafeMutablePointer<Node>) -> any CustomOperation {
    memory.pointee.customs[Int(node.pointee.attributes[0])]
  }

  /// Memory for a tensor of this shape, valid until the tape is cleared.
  @inline(__always)
  package func take(_ shape: Shape) -> UnsafeMutableRawPointer {
    memory.pointee.arena.take(shape.count * scalarType.width)
  }

  /// Memory for so many sums in Double, whatever the precision.
  package func takeTotals(_ count: Int) -> UnsafeMutablePointer<Double> {
    memory.pointee.arena.take(count * 8).bindMemory(to: Double.self, capacity: count)
  }

  /// Where the memory of the step stands, for `rewind`.
  var mark: Arena.Mark { memory.pointee.arena.mark }

  /// Gives back the memory that was taken since `mark`.
  func rewind(to mark: Arena.Mark) { memory.pointee.arena.rewind(to: mark) }

  /// Adds a node; its value is memory of the arena unless one is given.
  @inline(__always)
  package func append(
    _ operation: OperationKind, _ shape: Shape, _ first: Value? = nil, _ second: Value? = nil,
    _ third: Value? = nil, _ fourth: Value? = nil, attributes: SIMD4<Double> = .zero,
    value: UnsafeMutableRawPointer? = nil
  ) -> Value {
    let start = nextOperand
    let limit = operations[Int(operation.rawValue)].gradientOperands
    var needsGradient = false
    if let first { needsGradient = appendOperand(first.id) && limit > 0 }
    if let second { needsGradient = appendOperand(second.id) && limit > 1 || needsGradient }
    if let third { needsGradient = appendOperand(third.id) && limit > 2 || needsGradient }
    if let fourth { needsGradient = appendOperand(fourth.id) && limit > 3 || needsGradient }
    return append(
      Node(
        operation: operation, needsGradient: needsGradient, scope: scope, shape: shape,
        value: value ?? take(shape), firstOperand: start, operandCount: nextOperand - start,
        attributes: attributes))
  }

  @inline(__always)
  package func append(_ node: Node) -> Value {
    Value(tape: self, id: memory.pointee.append(node), generation: generation)
  }

  /// Where the next operand will stand.
  package var nextOperand: Int32 { Int32(memory.pointee.operandCount) }

  /// Adds an operand of the node that is appended next.
  /// - Returns: whether a gradient can flow to it.
  @inline(__always)
  @discardableResult
  package func appendOperand(_ id: Int32) -> Bool {
    memory.pointee.appendOperand(id)
    return nodes[Int(id)].needsGradient
  }
}
