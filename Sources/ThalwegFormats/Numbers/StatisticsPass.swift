/// Takes the statistics of numbers as they come, a block at a time.
struct StatisticsPass: ~Copyable {
  private static let blockCount = 4096

  private let block: UnsafeMutablePointer<Double>
  private var held = 0
  private var sums = NumberSums()
  private var found = TensorStatistics()
  private var (smallest, largest) = (Double.infinity, -Double.infinity)

  init() { block = .allocate(capacity: StatisticsPass.blockCount) }

  deinit { block.deallocate() }

  /// - Parameter stride: bytes from one number to the next.
  mutating func add(
    _ element: ElementType, _ bytes: UnsafeRawPointer, stride: Int, count: Int, isBigEndian: Bool
  ) {
    var done = 0
    while done < count {
      let taken = min(count - done, StatisticsPass.blockCount - held)
      element.decode(
        bytes + done * stride, stride: stride, count: taken, isBigEndian: isBigEndian,
        into: block + held)
      held += taken
      done += taken
      if held == StatisticsPass.blockCount { flush() }
    }
  }

  /// - Parameter repeats: how often each number stands in the tensor.
  mutating func finish(repeats: Int) -> TensorStatistics {
    flush()
    sums.finish(&found, repeats: repeats)
    if sums.count > 0 { (found.smallest, found.largest) = (smallest, largest) }
    found.count *= repeats
    found.zeros *= repeats
    found.nans *= repeats
    found.infinities *= repeats
    found.negativeInfinities *= repeats
    return found
  }

  private mutating func flush() {
    found.count += held
    var numbers = UnsafeMutableBufferPointer(start: block, count: held)
    if !isFinite(numbers) { numbers = removeNonFinite(numbers) }
    held = 0
    if numbers.isEmpty { return }
    let (low, high) = extremes(numbers)
    smallest = min(smallest, low)
    largest = max(largest, high)
    sums.join(NumberSums(numbers, largest: max(abs(low), abs(high))))
  }

  /// A number less itself is 0 where it is finite, and no number else.
  private func isFinite(_ numbers: UnsafeMutableBufferPointer<Double>) -> Bool {
    var differences = 0.0
    for number in numbers { differences += number - number }
    return differences == 0
  }

  private mutating func removeNonFinite(
    _ numbers: UnsafeMutableBufferPointer<Double>
  ) -> UnsafeMutableBufferPointer<Double> {
    var kept = 0
    for number in numbers {
      if number.isNaN {
        found.nans += 1
      } else if number.isInfinite {
        found.infinities += 1
        if number < 0 { found.negativeInfinities += 1 }
      } else {
        block[kept] = number
        kept += 1
      }
    }
    return UnsafeMutableBufferPointer(start: block, count: kept)
  }

  private mutating func extremes(
    _ numbers: UnsafeMutableBufferPointer<Double>
  ) -> (Double, Double) {
    let raw = UnsafeRawBufferPointer(numbers)
    var low = SIMD8<Double>(repeating: numbers[0])
    var high = low
    var zeros = SIMD8<Int64>.zero
    let whole = numbers.count & ~7
    for start in stride(from: 0, to: whole, by: 8) {
      let some = raw.loadUnaligned(fromByteOffset: start * 8, as: SIMD8<Double>.self)
      low.replace(with: some, where: some .< low)
      high.replace(with: some, where: some .> high)
      zeros.replace(with: zeros &+ 1, where: some .== 0)
    }
    var (smallest, largest) = (low.min(), high.max())
    found.zeros += Int(zeros.wrappedSum())
    for number in numbers[whole...] {
      smallest = min(smallest, number)
      largest = max(largest, number)
      if number == 0 { found.zeros += 1 }
    }
    return (smallest, largest)
  }
}
