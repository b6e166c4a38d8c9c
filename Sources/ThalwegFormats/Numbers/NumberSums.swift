/// Mean, squares and squared distances from the mean, joined from those of blocks.
///
/// Chan, Golub, LeVeque 1983, "Algorithms for computing the sample variance", eq. 2.1.
struct NumberSums {
  private(set) var count = 0
  /// The rest is in units of 2 to that power, so that no square leaves the range of Double.
  private var exponent = 0
  private var mean = 0.0
  private var distances = 0.0
  private var squares = 0.0

  init() {}

  /// - Parameters:
  ///   - numbers: finite ones; they are scaled in place.
  ///   - largest: the largest magnitude.
  init(_ numbers: UnsafeMutableBufferPointer<Double>, largest: Double) {
    count = numbers.count
    if largest != 0 && !(0x1p-480...0x1p480).contains(largest) {
      // Below it the factor would leave the range itself; squares of what is left do not.
      exponent = max(-1000, Int(largest.exponent))
      let factor = Double(sign: .plus, exponent: -exponent, significand: 1)
      for index in numbers.indices { numbers[index] *= factor }
    }
    mean = NumberSums.sum(numbers) { $0 } / Double(count)
    distances = NumberSums.sum(numbers) { [mean] in ($0 - mean) * ($0 - mean) }
    squares = NumberSums.sum(numbers) { $0 * $0 }
  }

  @inline(__always)
  private static func sum(
    _ numbers: UnsafeMutableBufferPointer<Double>, _ term: (SIMD8<Double>) -> SIMD8<Double>
  ) -> Double {
    var sums = SIMD8<Double>.zero
    let whole = numbers.count & ~7
    let raw = UnsafeRawBufferPointer(numbers)
    for start in stride(from: 0, to: whole, by: 8) {
      sums += term(raw.loadUnaligned(fromByteOffset: start * 8, as: SIMD8<Double>.self))
    }
    var total = sums.sum()
    for index in whole..<numbers.count { total += term(SIMD8(repeating: numbers[index]))[0] }
    return total
  }

  mutating func join(_ other: NumberSums) {
    if other.count == 0 { return }
    if count == 0 {
      self = other
      return
    }
    var other = other
    // Zeros are zeros in every unit.
    let common =
      squares == 0 ? other.exponent : other.squares == 0 ? exponent : max(exponent, other.exponent)
    scale(to: common)
    other.scale(to: common)
    let (own, more) = (Double(count), Double(other.count))
    let step = other.mean - mean
    mean += step * more / (own + more)
    distances += other.distances + step * step * own * more / (own + more)
    squares += other.squares
    count += other.count
  }

  private mutating func scale(to common: Int) {
    if exponent != common && squares != 0 {
      // What vanishes here is below the last digit of the sums.
      let factor = Double(sign: .plus, exponent: max(-1074, exponent - common), significand: 1)
      mean *= factor
      distances *= factor * factor
      squares *= factor * factor
    }
    exponent = common
  }

  /// Fills in what the sums say.
  /// - Parameter repeats: how often each number stands there.
  func finish(_ statistics: inout TensorStatistics, repeats: Int) {
    if count == 0 { return }
    func scaled(_ number: Double) -> Double { scalbn(number, exponent) }
    statistics.mean = scaled(mean)
    statistics.deviation = scaled((distances / Double(count)).squareRoot())
    statistics.norm = scaled((squares * Double(repeats)).squareRoot())
  }

  private func scalbn(_ number: Double, _ exponent: Int) -> Double {
    // In two steps, since 2^1023 times a number below 2 is within the range and 2^1024 is not.
    let half = exponent / 2
    return number * Double(sign: .plus, exponent: half, significand: 1)
      * Double(sign: .plus, exponent: exponent - half, significand: 1)
  }
}
