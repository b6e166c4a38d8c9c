private import ThalwegTensor

/// A step that can be computed again from its own records, after numbers in it were moved.
///
/// What no gradient goes through stays as it was: values behind a cut, and operands that are read as
/// data. A replaced gradient moves the value as its replacement moves. So the function whose slopes
/// are measured is the one whose gradient the tape claims.
final class Replay {
  let tape: Tape
  /// The nodes of the step; those that the replay itself has added come after.
  let count: Int
  /// Nodes that are computed anew when something behind them has moved.
  private let moves: [Bool]
  /// For each node the operand whose memory it shares, -1 where it has its own.
  private var viewed: [Int] = []
  private var owned: [UnsafeMutableRawPointer] = []
  /// The numbers of nodes whose value moves as the operand does that the gradient goes to.
  private var estimates: [Int: Estimate] = [:]

  private struct Estimate {
    let value: UnsafeMutableRawPointer
    let origin: UnsafeMutableRawPointer
  }

  /// Takes over a tape in Double, on which the step was computed and its derivatives have run.
  init(_ tape: Tape) {
    self.tape = tape
    count = tape.count
    moves = (0..<tape.count).map { index in
      let node = tape.nodes[index]
      return node.needsGradient && node.operandCount > 0 && !node.holdsIndices
    }
    holdCuts()
    holdData()
  }

  deinit {
    for memory in owned { memory.deallocate() }
  }

  /// Gives values behind a cut memory of their own where they share that of an operand.
  private func holdCuts() {
    let before = (0..<count).map { tape.nodes[$0].value }
    viewed = (0..<count).map { index in
      let node = tape.nodes + index
      let sources = (0..<Int(node.pointee.operandCount)).map { tape.operand(node, $0) }
      return sources.first {
        before[index] >= before[$0] && before[index] < before[$0] + max(byteCount($0), 1)
      } ?? -1
    }
    for index in 0..<count where viewed[index] >= 0 {
      let node = tape.nodes + index
      if tape.operations[Int(node.pointee.operation.rawValue)].cutsGradient {
        node.pointee.value = copy(of: index)
      } else {
        let source = viewed[index]
        node.pointee.value = tape.nodes[source].value + (before[index] - before[source])
      }
    }
  }

  /// Whether a node shares the memory of an operand.
  func isView(_ index: Int) -> Bool { viewed[index] >= 0 }

  private func byteCount(_ index: Int) -> Int {
    tape.nodes[index].shape.count * (tape.nodes[index].holdsIndices ? 4 : 8)
  }

  private func holdData() {
    for index in 0..<count where moves[index] {
      if isEstimate(index) {
        estimates[index] = Estimate(
          value: copy(of: index), origin: copy(of: tape.operand(tape.nodes + index, 0)))
      }
      let limit = tape.operations[Int(tape.nodes[index].operation.rawValue)].gradientOperands
      for position in 0..<Int(tape.nodes[index].operandCount) where position >= limit {
        let source = tape.operand(tape.nodes + index, position)
        if !tape.nodes[source].needsGradient { continue }
        let held = tape.append(
          .constant, tape.nodes[source].shape, value: copy(of: source))
        tape.operands[Int(tape.nodes[index].firstOperand) + position] = held.id
      }
    }
  }

  /// Whether the node hands its cotangent to operand 0 as if it were the identity.
  func isEstimate(_ index: Int) -> Bool { tape.nodes[index].operation == .replaceGradient }

  /// A copy of a node's numbers that lives as long as the replay.
  private func copy(of index: Int) -> UnsafeMutableRawPointer {
    let bytes = byteCount(index)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 8), alignment: 64)
    memory.copyMemory(from: tape.nodes[index].value, byteCount: bytes)
    owned.append(memory)
    return memory
  }

  /// The nodes that move when node `start` does, in the order of computation.
  func dependents(of starts: [Int]) -> [Int] {
    var depends = [Bool](repeating: false, count: count)
    for start in starts { depends[start] = true }
    return (0..<count).filter { index in
      if !moves[index] || depends[index] { return false }
      let node = tape.nodes + index
      depends[index] = (0..<Int(node.pointee.operandCount)).contains {
        let source = tape.operand(node, $0)
        return source < count && depends[source]
      }
      return depends[index]
    }
  }

  /// Computes nodes anew from their operands as they stand.
  func run(_ list: [Int]) {
    let mark = tape.mark
    for index in list { compute(index) }
    tape.rewind(to: mark)
  }

  private func compute(_ index: Int) {
    guard let estimate = estimates[index] else {
      tape.compute(at: index)
      return
    }
    let node = tape.nodes + index
    func numbers(_ memory: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Double> {
      memory.assumingMemoryBound(to: Double.self)
    }
    let now = numbers(tape.nodes[tape.operand(node, 0)].value)
    let (value, origin) = (numbers(estimate.value), numbers(estimate.origin))
    let result = numbers(node.pointee.value)
    for entry in 0..<node.pointee.shape.count {
      result[entry] = value[entry] + (now[entry] - origin[entry])
    }
  }

  /// Computes everything anew; the first node whose numbers are not what they were, nil where all
  /// are.
  func firstThatChanges() -> Int? {
    let mark = tape.mark
    defer { tape.rewind(to: mark) }
    for index in 0..<count where moves[index] {
      let node = tape.nodes + index
      let bytes = node.pointee.shape.count * 8
      let before = Array(UnsafeRawBufferPointer(start: node.pointee.value, count: bytes))
      tape.compute(at: index)
      let after = UnsafeRawBufferPointer(start: node.pointee.value, count: bytes)
      if !before.elementsEqual(after) { return index }
    }
    return nil
  }

  /// The loss with its weights, or one term without its weight.
  func loss(of term: Int? = nil) -> Double {
    guard let term else { return tape.loss ?? .nan }
    return tape.number(of: tape.terms[term])
  }

  /// The sum of the sizes of the terms: what the rounding of the loss is relative to.
  var size: Double {
    tape.terms.reduce(0) { $0 + abs($1.weight * tape.number(of: $1)) }
  }
}
