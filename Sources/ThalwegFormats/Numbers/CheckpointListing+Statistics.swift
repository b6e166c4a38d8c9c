extension CheckpointListing {
  /// The statistics of every tensor, in their order; the numbers are read in blocks.
  /// - Parameter path: what errors call the file.
  package func statistics(path: String) throws(NumbersError) -> [TensorStatistics] {
    var memory = StatisticsMemory(ReadingAllowance(path, bytes: storedBytes))
    var all: [TensorStatistics] = []
    for tensor in tensors { all.append(try memory.statistics(of: tensor)) }
    return all
  }
}

/// Statistics that were taken: what lies in the file in several places is read once.
struct StatisticsMemory {
  private struct Key: Hashable {
    let source: ObjectIdentifier
    let offset: Int
    let extents: [Int]
    let strides: [Int]
  }

  private let allowance: ReadingAllowance
  private var known: [Key: TensorStatistics] = [:]

  init(_ allowance: ReadingAllowance) { self.allowance = allowance }

  mutating func statistics(of tensor: CheckpointTensor) throws(NumbersError) -> TensorStatistics {
    if tensor.elementCount == 0 { return TensorStatistics() }
    let strides = tensor.strides
    let key = Key(
      source: ObjectIdentifier(tensor.numbers), offset: tensor.offset, extents: tensor.extents,
      strides: strides)
    if let known = known[key] { return known }
    allowance.tensor = tensor.path
    let reader = try NumberReader(tensor.numbers, allowance)
    let axes = ElementAxes(tensor.extents, strides: [strides])
    let (element, isBigEndian) = (tensor.element, tensor.numbers.isBigEndian)
    let width = element.width
    var pass = StatisticsPass()
    try axes.forEachRun(from: [tensor.offset]) { (offsets, run) throws(NumbersError) in
      let step = run.strides[0] * width
      var (place, left) = (offsets[0] * width, run.extent)
      try allowance.use(max(run.extent * width, ReadingAllowance.leastRun))
      while left > 0 {
        let bytes = try reader.bytes(
          from: place, least: width, isSparse: step > NumberReader.sparseBytes)
        let count = step == 0 ? left : min(left, (bytes.count - width) / step + 1)
        if let start = bytes.baseAddress {
          pass.add(element, start, stride: step, count: count, isBigEndian: isBigEndian)
        }
        place += count * step
        left -= count
      }
    }
    let statistics = pass.finish(repeats: axes.repeats)
    known[key] = statistics
    return statistics
  }
}

extension CheckpointTensor {
  /// Of the first element, in elements.
  var offset: Int { view?.offset ?? 0 }

  /// In elements.
  var strides: [Int] {
    if let view { return view.strides }
    var strides = [Int](repeating: 0, count: extents.count)
    var step = 1
    for axis in extents.indices.reversed() {
      strides[axis] = step
      // Beyond 64 bits only where there is no element.
      step &*= max(1, extents[axis])
    }
    return strides
  }
}
