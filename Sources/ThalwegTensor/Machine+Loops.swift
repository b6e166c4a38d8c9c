/// A loop over many entries in parts for several threads, cut by the number of entries alone.
package struct LoopParts {
  /// Entries that are worth another thread's waking up.
  private static let least = 1 << 15
  /// More there never are.
  package static let most = 16
  /// Parts begin at whole chunks of the kernels' sums.
  private static let chunk = 1024

  private let count: Int
  private let size: Int

  /// How many there are; 1 where the loop is short.
  package let number: Int

  /// - Parameters:
  ///   - count: the items of the loop.
  ///   - entries: numbers that an item stands for: 1, or those of a row.
  package init(_ count: Int, of entries: Int = 1) {
    let wanted = max(1, min(count * entries / LoopParts.least, LoopParts.most))
    let step = entries == 1 ? LoopParts.chunk : 1
    let size = max(1, (count + wanted - 1) / wanted + step - 1) / step * step
    self.count = count
    self.size = size
    number = wanted == 1 ? 1 : (count + size - 1) / size
  }

  /// The items of a part.
  package subscript(_ index: Int) -> Range<Int> {
    if number == 1 { return 0..<count }
    return min(index * size, count)..<min((index + 1) * size, count)
  }
}
