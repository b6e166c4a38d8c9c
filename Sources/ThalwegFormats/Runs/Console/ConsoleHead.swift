import ThalwegRecord

/// What a piece says of how far training is.
struct ConsoleHead {
  var epoch: Double?
  var step: Int?
  var batch: Int?
  /// `/200`
  var epochs: Double?
  var steps: Double?
  var batches: Double?
  /// Said with the head: `Val Epoch: 3`, `EPOCH 1 VALIDATION SUMMARY`.
  var split: Split?

  var isEmpty: Bool { epoch == nil && step == nil && batch == nil }

  /// What is counted, as settings that they may be.
  var said: [(key: String, value: Double)] {
    var said: [(key: String, value: Double)] = []
    if let epoch { said.append(("epoch", epoch)) }
    if let step { said.append(("step", Double(step))) }
    if let batch { said.append(("batch", Double(batch))) }
    return said
  }

  /// False where the number is none that can be counted to.
  mutating func take(
    _ unit: ConsoleWords.Unit, _ value: Double, _ total: Double? = nil
  ) -> Bool {
    let isCount = value >= 0 && value <= 1e15
    if !isCount { return false }
    switch unit {
    case .epoch:
      epoch = value
      if let total { epochs = total }
    case .step:
      guard let whole = Int(exactly: value) else { return false }
      step = whole
      if let total { steps = total }
    case .batch:
      guard let whole = Int(exactly: value) else { return false }
      batch = whole
      if let total { batches = total }
    }
    return true
  }
}
