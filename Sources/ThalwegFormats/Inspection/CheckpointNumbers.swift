/// The numbers of one checkpoint, read when they are asked for and not twice.
struct CheckpointNumbers {
  let path: String
  let listing: CheckpointListing
  let allowance: ReadingAllowance
  private var memory: StatisticsMemory
  private let places: [String: Int]

  init(_ path: String, _ listing: CheckpointListing) {
    self.path = path
    self.listing = listing
    allowance = ReadingAllowance(path, bytes: listing.storedBytes)
    memory = StatisticsMemory(allowance)
    // Only what an optimizer keeps is looked for by its path.
    var places: [String: Int] = [:]
    if !listing.optimizers.isEmpty {
      for (place, tensor) in listing.tensors.enumerated() where places[tensor.path] == nil {
        places[tensor.path] = place
      }
    }
    self.places = places
  }

  /// The tensor with that path, of several the first; nil for all in a file without optimizers.
  subscript(_ path: String) -> CheckpointTensor? { places[path].map { listing.tensors[$0] } }

  mutating func statistics(of tensor: CheckpointTensor) throws(NumbersError) -> TensorStatistics {
    try memory.statistics(of: tensor)
  }

  /// The number of a tensor of one element; nil where it has more, or none.
  mutating func number(of tensor: CheckpointTensor) throws(NumbersError) -> Double? {
    if tensor.elementCount != 1 { return nil }
    let statistics = try statistics(of: tensor)
    if statistics.nans > 0 { return .nan }
    return statistics.smallest ?? (statistics.negativeInfinities > 0 ? -.infinity : .infinity)
  }
}
