import ThalwegRecord

/// What the recorder for PyTorch says of the modules that normalize over a batch.
struct RecordedNormalizations {
  private var batchwise: Set<String> = []

  init() {}

  /// - Parameter modules: what the head says of them.
  init(_ modules: [JSON]) {
    batchwise = Set(
      modules.filter { $0["kind"]?.string == "batch_norm" }.compactMap { $0["path"]?.string })
  }

  /// - Parameter calls: what became of them in one step; of others, and of those that use what they
  ///   have kept, nothing hangs on the batch.
  func report(_ calls: JSON, at line: Int, to collector: RunCollector) {
    for call in calls.array ?? [] {
      guard let module = call["module"]?.string, batchwise.contains(module),
        call["training"]?.bool == true
      else { continue }
      for (name, role) in [("values", Role.normalizedValues), ("batch", .normalizedExamples)] {
        guard let count = call[name]?.double else { continue }
        collector.figure("normalization/" + name, count, tensor: module, role: role, at: line)
      }
    }
  }
}
