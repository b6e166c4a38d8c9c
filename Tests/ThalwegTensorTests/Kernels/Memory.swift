/// Numbers in memory of their own, with a fence behind them that shows a write beyond the end.
struct Memory<Number: KernelNumber> {
  private static var fence: Number { 0x1.5p20 }
  fileprivate static var fenceCount: Int { 40 }

  let pointer: UnsafeMutablePointer<Number>
  let count: Int

  fileprivate init(_ numbers: [Number]) {
    count = numbers.count
    pointer = .allocate(capacity: count + Self.fenceCount)
    for (index, number) in numbers.enumerated() { (pointer + index).initialize(to: number) }
    (pointer + count).initialize(repeating: Self.fence, count: Self.fenceCount)
  }

  var numbers: [Number] { (0..<count).map { pointer[$0] } }

  var isFenceIntact: Bool { (0..<Self.fenceCount).allSatisfy { pointer[count + $0] == Self.fence } }
}

/// Keeps the memory of one test until `free`.
final class MemoryKeeper<Number: KernelNumber> {
  private var kept: [Memory<Number>] = []

  func memory(_ numbers: [Number]) -> Memory<Number> {
    let memory = Memory(numbers)
    kept.append(memory)
    return memory
  }

  /// Memory for a result, filled with a number that no check expects.
  func memory(result count: Int) -> Memory<Number> {
    memory([Number](repeating: -12345.5, count: count))
  }

  func free() {
    for memory in kept { memory.pointer.deallocate() }
    kept = []
  }
}
