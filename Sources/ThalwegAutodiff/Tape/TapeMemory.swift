package import ThalwegTensor

/// What a tape writes while it records: arrays that are cleared each step and keep their capacity.
///
/// It lies behind a pointer and not in the tape itself, whose properties Swift would check for
/// exclusive access at each touch (W10 in Docs/workarounds.md).
package struct TapeMemory: ~Copyable {
  package private(set) var nodes: UnsafeMutablePointer<Node>
  package private(set) var count = 0
  private var capacity = 256
  package private(set) var operands: UnsafeMutablePointer<Int32>
  package private(set) var operandCount = 0
  private var operandCapacity = 512
  /// The node of each parameter in this step, -1 where it has not been read.
  package private(set) var leaves: UnsafeMutablePointer<Int32>
  package private(set) var leafCount = 0
  private var leafCapacity = 0
  /// Whether an earlier part of the step has brought the parameter a gradient.
  private(set) var carried: UnsafeMutablePointer<Bool>
  private(set) var isCarrying = false
  package var terms: [Tape.Term] = []
  /// The custom operations of this step; a node holds the place of its own.
  var customs: [any CustomOperation] = []
  package var arena = Arena()
  package var scope: Int32 = 0
  var proposals = Proposals()
  var draws = DrawCounts()
  package private(set) var generation: UInt32 = 0

  init() {
    nodes = .allocate(capacity: capacity)
    operands = .allocate(capacity: operandCapacity)
    leaves = .allocate(capacity: 1)
    carried = .allocate(capacity: 1)
  }

  deinit {
    nodes.deallocate()
    operands.deallocate()
    leaves.deallocate()
    carried.deallocate()
  }

  /// - Parameter isPart: whether another part of the same step comes, with the same parameters.
  mutating func clear(parameterCount: Int, isPart: Bool) {
    if isPart { carryGradients() }
    count = 0
    operandCount = 0
    terms.removeAll(keepingCapacity: true)
    customs.removeAll(keepingCapacity: true)
    arena.reset()
    scope = 0
    generation &+= 1
    if parameterCount > leafCapacity {
      leaves.deallocate()
      leafCapacity = max(parameterCount, leafCapacity * 2)
      leaves = .allocate(capacity: leafCapacity)
      carried.deallocate()
      carried = .allocate(capacity: leafCapacity)
    }
    leafCount = parameterCount
    leaves.update(repeating: -1, count: parameterCount)
    if !isPart {
      carried.update(repeating: false, count: parameterCount)
      isCarrying = false
    }
  }

  private mutating func carryGradients() {
    isCarrying = true
    for index in 0..<leafCount where leaves[index] >= 0 {
      if nodes[Int(leaves[index])].gradient != nil { carried[index] = true }
    }
  }

  mutating func forgetCarried() {
    if !isCarrying { return }
    carried.update(repeating: false, count: leafCount)
    isCarrying = false
  }

  @inline(__always)
  mutating func append(_ node: Node) -> Int32 {
    if count == capacity {
      nodes = TapeMemory.grown(nodes, count: count)
      capacity *= 2
    }
    (nodes + count).initialize(to: node)
    count += 1
    return Int32(count - 1)
  }

  @inline(__always)
  mutating func appendOperand(_ id: Int32) {
    if operandCount == operandCapacity {
      operands = TapeMemory.grown(operands, count: operandCount)
      operandCapacity *= 2
    }
    (operands + operandCount).initialize(to: id)
    operandCount += 1
  }

  private static func grown<Element>(
    _ array: UnsafeMutablePointer<Element>, count: Int
  ) -> UnsafeMutablePointer<Element> {
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: count * 2)
    larger.moveInitialize(from: array, count: count)
    array.deallocate()
    return larger
  }
}
