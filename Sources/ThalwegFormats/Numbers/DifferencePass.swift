#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// Compares the numbers of two tensors as they come, a block at a time.
struct DifferencePass: ~Copyable {
  /// Where the numbers of one side come from.
  struct Side {
    let element: ElementType
    let isBigEndian: Bool
  }

  private static let blockCount = 4096

  private let sides: (Side, Side)
  /// Room for three blocks: either side, and the differences.
  private let blocks: UnsafeMutablePointer<Double>
  private var sums = (NumberSums(), NumberSums(), NumberSums())
  private var product = 0.0
  private var found = TensorDifference()

  init(_ first: Side, _ second: Side) {
    sides = (first, second)
    found.isSame = first.element == second.element
    blocks = .allocate(capacity: 3 * DifferencePass.blockCount)
  }

  deinit { blocks.deallocate() }

  /// - Parameter strides: bytes from one number to the next.
  mutating func add(
    _ first: UnsafeRawPointer, _ second: UnsafeRawPointer, strides: (Int, Int), count: Int
  ) {
    if found.isSame { found.isSame = areSame(first, second, strides, count) }
    var done = 0
    while done < count {
      let taken = min(count - done, DifferencePass.blockCount)
      sides.0.element.decode(
        first + done * strides.0, stride: strides.0, count: taken,
        isBigEndian: sides.0.isBigEndian, into: blocks)
      sides.1.element.decode(
        second + done * strides.1, stride: strides.1, count: taken,
        isBigEndian: sides.1.isBigEndian, into: blocks + DifferencePass.blockCount)
      compare(taken)
      done += taken
    }
  }

  /// - Parameter repeats: how often each pair stands in the tensors.
  mutating func finish(repeats: Int) -> TensorDifference {
    var statistics = TensorStatistics()
    func norm(_ sums: NumberSums) -> Double {
      statistics.norm = 0
      sums.finish(&statistics, repeats: repeats)
      return statistics.norm ?? 0
    }
    found.firstNorm = norm(sums.0)
    found.secondNorm = norm(sums.1)
    found.norm = norm(sums.2)
    found.count *= repeats
    found.nonFinite *= repeats
    let range = 0x1p-480...0x1p480
    if range.contains(found.firstNorm) && range.contains(found.secondNorm) {
      // Rounding may lead beyond 1.
      let cosine = product * Double(repeats) / found.firstNorm / found.secondNorm
      found.cosine = max(-1, min(1, cosine))
    }
    return found
  }

  private mutating func compare(_ count: Int) {
    let (first, second) = (blocks, blocks + DifferencePass.blockCount)
    let differences = second + DifferencePass.blockCount
    found.count += count
    var kept = 0
    var (firstLargest, secondLargest, largest, products) = (0.0, 0.0, 0.0, 0.0)
    for index in 0..<count {
      let (left, right) = (first[index], second[index])
      if !left.isFinite || !right.isFinite { continue }
      let difference = left - right
      first[kept] = left
      second[kept] = right
      differences[kept] = difference
      kept += 1
      products += left * right
      firstLargest = max(firstLargest, abs(left))
      secondLargest = max(secondLargest, abs(right))
      largest = max(largest, abs(difference))
    }
    found.nonFinite += count - kept
    if kept == 0 { return }
    product += products
    found.largest = max(found.largest, largest)
    func sum(_ start: UnsafeMutablePointer<Double>, _ largest: Double) -> NumberSums {
      NumberSums(UnsafeMutableBufferPointer(start: start, count: kept), largest: largest)
    }
    sums.0.join(sum(first, firstLargest))
    sums.1.join(sum(second, secondLargest))
    sums.2.join(sum(differences, largest))
  }

  private func areSame(
    _ first: UnsafeRawPointer, _ second: UnsafeRawPointer, _ strides: (Int, Int), _ count: Int
  ) -> Bool {
    let width = sides.0.element.width
    if sides.0.isBigEndian != sides.1.isBigEndian {
      return (0..<count).allSatisfy { index in
        (0..<width).allSatisfy { byte in
          first.load(fromByteOffset: index * strides.0 + byte, as: UInt8.self)
            == second.load(fromByteOffset: index * strides.1 + width - 1 - byte, as: UInt8.self)
        }
      }
    }
    if strides == (width, width) { return memcmp(first, second, count * width) == 0 }
    return (0..<count).allSatisfy {
      memcmp(first + $0 * strides.0, second + $0 * strides.1, width) == 0
    }
  }
}
